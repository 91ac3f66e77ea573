import { isIPv4, isIPv6 } from 'node:net';

const GROUPS = 8;
const ISATAP_ID = 0x5efe;
const UNIVERSAL_BIT = 0x200;

/**
 * Returns the form in which addresses are compared: IPv6 as in RFC 5952, an IPv4-mapped address as
 * its IPv4 address. Undefined for an invalid address, and for an address with a zone id.
 */
export function plainAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const groups = groupsOf(text);
  if (startsWith(groups, [0, 0, 0, 0, 0, 0xffff])) return ipv4(groups[6], groups[7]);
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}

interface Carrier {
  readonly prefix: readonly number[];
  /** Returns the embedded IPv4 addresses, as pairs of groups. */
  readonly pairs: (groups: readonly number[]) => readonly (readonly [number, number])[];
}

const lastTwo: Carrier['pairs'] = ([, , , , , , high = 0, low = 0]) => [[high, low]];

const carriers: readonly Carrier[] = [
  // IPv4-compatible (RFC 4291), translated (RFC 2765), NAT64 (RFC 6052).
  { prefix: [0, 0, 0, 0, 0, 0], pairs: lastTwo },
  { prefix: [0, 0, 0, 0, 0xffff, 0], pairs: lastTwo },
  { prefix: [0x64, 0xff9b], pairs: lastTwo },
  {
    // NAT64 with a local prefix (RFC 8215), 48 bits long: it has eight meaningless bits in its
    // middle.
    prefix: [0x64, 0xff9b, 1],
    pairs: ([, , , high = 0, middle = 0, low = 0]) => [[high, ((middle & 0xff) << 8) | (low >> 8)]],
  },
  // 6to4 (RFC 3056).
  { prefix: [0x2002], pairs: ([, high = 0, low = 0]) => [[high, low]] },
  {
    // Teredo (RFC 4380): the server, and the client with its bits inverted.
    prefix: [0x2001, 0],
    pairs: ([, , high = 0, low = 0, , , clientHigh = 0, clientLow = 0]) => [
      [high, low],
      [clientHigh ^ 0xffff, clientLow ^ 0xffff],
    ],
  },
];

/**
 * Returns IPv4 addresses to which a plain IPv6 address may be forwarded: by translation, by
 * tunnels, and by ISATAP (RFC 5214), which has any prefix.
 */
export function embeddedAddresses(address: string): readonly string[] {
  if (!isIPv6(address) || address === '::' || address === '::1') return [];
  const groups = groupsOf(address);
  const found = carriers
    .filter(({ prefix }) => startsWith(groups, prefix))
    .flatMap(({ pairs }) => pairs(groups));
  const [, , , , id = 0, type] = groups;
  const isIsatap = (id & ~UNIVERSAL_BIT) === 0 && type === ISATAP_ID;
  return [...found, ...(isIsatap ? lastTwo(groups) : [])].map(([high, low]) => ipv4(high, low));
}

function startsWith(groups: readonly number[], start: readonly number[]): boolean {
  return start.every((group, index) => groups[index] === group);
}

function ipv4(high = 0, low = 0): string {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

/** Returns the eight groups of 16 bits of an IPv6 address. */
function groupsOf(address: string): readonly number[] {
  const [head = '', tail] = address.split('::');
  const start = parseGroups(head);
  const end = tail === undefined ? [] : parseGroups(tail);
  const zeros = Array.from({ length: GROUPS - start.length - end.length }, () => 0);
  return [...start, ...zeros, ...end];
}

function parseGroups(text: string): readonly number[] {
  if (text === '') return [];
  return text.split(':').flatMap((part) => {
    if (!part.includes('.')) return [Number.parseInt(part, 16)];
    const [first = 0, second = 0, third = 0, fourth = 0] = part.split('.').map(Number);
    return [(first << 8) | second, (third << 8) | fourth];
  });
}
