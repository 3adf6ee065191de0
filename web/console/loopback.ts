/**
 * Whether a link leads to the computer it is opened on, so that a phone elsewhere finds nothing there: `localhost`, what
 * ends in `.localhost`, and loopback addresses. The server knows the same names as its own machine.
 */
export function leadsToThisComputer(link: string): boolean {
  const host = hostOf(link);
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

function hostOf(link: string): string {
  try {
    return new URL(link).hostname;
  } catch {
    // Not a link: nothing is known about where it leads.
    return '';
  }
}
