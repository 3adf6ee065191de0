/** The style sheet's name for the flashing of what nobody has taken. */
const FLASH = 'flash';

/** The part of a running animation that counts here; a style sheet's own has the name it is known by there. */
export interface Flashing {
  animationName?: string;
  startTime: CSSNumberish | null;
}

/** Gives every flashing bar the same beginning, the page's own: bars that came at different moments flash as one. */
export function alignFlashes(animations: readonly Flashing[]): void {
  for (const one of animations) {
    if (one.animationName === FLASH && one.startTime !== 0) one.startTime = 0;
  }
}

/** Aligns each bar as it begins to flash. Once per page. */
export function startFlashing(): void {
  document.addEventListener('animationstart', ({ animationName }) => {
    if (animationName === FLASH) alignFlashes(document.getAnimations() as Flashing[]);
  });
}
