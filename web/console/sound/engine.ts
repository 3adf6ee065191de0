import { openAudio } from '../../ui/platform';
import { ALARM, LINK_LOST, samples, type Pattern } from './tones';

/** The patterns this console has. Each lower severity gets its own when it has cases. */
export type Sound = 'alarm' | 'linkLost';

const PATTERNS: Record<Sound, Pattern> = { alarm: ALARM, linkLost: LINK_LOST };

/** How long the test plays, in seconds. */
const TEST_S = 1.5;

/**
 * Plays looped patterns. The loop runs inside the audio engine, so that it goes on however slow the page is. A sound
 * that is asked for while the engine does not run starts as soon as it does.
 */
export class SoundEngine {
  private context: AudioContext | undefined;
  private readonly playing = new Map<Sound, AudioBufferSourceNode>();
  private readonly buffers = new Map<Sound, AudioBuffer>();

  /** `onState` is told whenever the engine starts or stops running. */
  constructor(
    private readonly onState: (running: boolean) => void,
    private readonly open: () => AudioContext | undefined = openAudio,
  ) {}

  /** Whether sound can be heard now, as far as the browser knows. */
  get running(): boolean {
    return this.context?.state === 'running';
  }

  /** Tries to run: inside a key press or click a browser allows it; at page load only sometimes. */
  async enable(): Promise<boolean> {
    if (!this.context) {
      this.context = this.open();
      if (!this.context) return false;
      this.context.onstatechange = () => this.onState(this.running);
    }
    const { context } = this;
    // Without a gesture some browsers leave `resume` hanging for ever.
    await Promise.race([context.resume().catch(() => undefined), new Promise((done) => setTimeout(done, 1_000))]);
    this.onState(this.running);
    return this.running;
  }

  /** Plays the alarm for a moment. */
  test(): void {
    if (!this.context || this.playing.has('alarm')) return;
    const source = this.source('alarm');
    source?.start();
    source?.stop(this.context.currentTime + TEST_S);
  }

  /** Starts or stops a sound. */
  play(sound: Sound, on: boolean): void {
    const now = this.playing.get(sound);
    if (on && !now) {
      const source = this.source(sound);
      if (!source) return;
      source.start();
      this.playing.set(sound, source);
    } else if (!on && now) {
      now.stop();
      now.disconnect();
      this.playing.delete(sound);
    }
  }

  private source(sound: Sound): AudioBufferSourceNode | undefined {
    const { context } = this;
    if (!context) return undefined;
    const source = context.createBufferSource();
    source.buffer = this.buffer(context, sound);
    source.loop = true;
    source.connect(context.destination);
    return source;
  }

  private buffer(context: AudioContext, sound: Sound): AudioBuffer {
    const made = this.buffers.get(sound);
    if (made) return made;
    const content = samples(PATTERNS[sound], context.sampleRate);
    const buffer = context.createBuffer(1, content.length, context.sampleRate);
    buffer.copyToChannel(content, 0);
    this.buffers.set(sound, buffer);
    return buffer;
  }
}
