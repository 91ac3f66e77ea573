import { isIP, isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { plainAddress } from './embedded-addresses.js';

const NAME_CHARACTERS_MAX = 253;
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
/** Of ASCII, only this may stand in a name: the rest ends or changes a host where URLs are read. */
const SOUND = /^[A-Za-z0-9._\u0080-\uFFFF-]+$/;

/** A host in the one form in which it is compared. */
export type Host =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'name'; readonly name: string };

/**
 * Reads a host as a spec or a setting names it: an address in its usual form (IPv6 also in
 * brackets), or a name, which becomes lower case, ASCII (UTS 46) and without its final dot.
 * Undefined for anything else: other spellings of addresses (`0x7f.1`, `127.1`, `2130706433`,
 * `①②⑦.0.0.1`), zone ids, ports, user names and whatever else only some programs would read.
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

/** The host as text, in that form. */
export function hostText(host: Host): string {
  return host.kind === 'address' ? host.address : host.name;
}

function isName(name: string): boolean {
  if (name.length > NAME_CHARACTERS_MAX || isIP(name) !== 0) return false;
  const labels = name.split('.');
  // A last label of digits is read as a number, and the whole as an address, by some.
  return labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '');
}
