import { isIP, isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { plainAddress } from './embedded-addresses.js';

const NAME_CHARACTERS_MAX = 253;
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
/** ASCII characters that a name may contain: all others end or change a host in a URL. */
const SOUND = /^[A-Za-z0-9._\u0080-\uFFFF-]+$/;

/** Host in the single form in which hosts are compared. */
export type Host =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'name'; readonly name: string };

/**
 * Reads a host from a spec or a setting. A host is an address in its usual form (IPv6 also in
 * brackets) or a name. The name becomes lower case, ASCII (UTS 46) and without its final dot.
 * Undefined for anything else: other spellings of addresses (`0x7f.1`, `127.1`, `2130706433`,
 * `①②⑦.0.0.1`), zone ids, ports, user names and whatever only some programs would read.
 */
export function readHost(text: string): Host | undefined {
  const bare = /^\[.*\]$/s.test(text) ? text.slice(1, -1) : text;
  if (isIPv6(bare) || (bare === text && isIPv4(bare))) {
    const address = plainAddress(bare);
    return address === undefined ? undefined : { kind: 'address', address };
  }
  if (bare !== text || !SOUND.test(text)) return undefined;
  const name = domainToASCII(text.replace(/\.$/, ''));
  return isName(name) ? { kind: 'name', name } : undefined;
}

/** Returns the host as text, in that form. */
export function hostText(host: Host): string {
  return host.kind === 'address' ? host.address : host.name;
}

function isName(name: string): boolean {
  if (name.length > NAME_CHARACTERS_MAX || isIP(name) !== 0) return false;
  const labels = name.split('.');
  // Some programs read a last label of digits as a number, and the whole as an address.
  return labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '');
}
