const GROUPS = 8;
const LOOPBACK = /^(::1|(::ffff:)?127\.)/;

/**
 * Whom to count an address for: an IPv4 address as it is, of an IPv6 address its /64, because one household or phone
 * owns a whole one. The same however the address is written.
 */
export function networkOf(ip: string): string {
  if (ip.includes('.')) return ip.slice(ip.lastIndexOf(':') + 1);
  const [address = ''] = ip.split('%');
  const [head = '', tail] = address.split('::');
  const left = head.split(':').filter(Boolean);
  const right = (tail ?? '').split(':').filter(Boolean);
  const zeros = tail === undefined ? 0 : GROUPS - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(0, zeros)).fill('0'), ...right];
  return groups
    .slice(0, GROUPS / 2)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/** True for this machine: there it may be a proxy that we weren't told to trust, and everybody would be counted together. */
export function isLoopback(ip: string): boolean {
  return LOOPBACK.test(ip);
}
