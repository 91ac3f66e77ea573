import { isIP } from 'node:net';
import { AddressRanges } from './address-ranges.js';

/** Where a request says that it came from. */
export interface PeerAndHops {
  /** The other end of the socket; absent where it is gone already. */
  readonly peer: string | undefined;
  readonly forwardedFor: string | undefined;
  /** RFC 7239. */
  readonly forwarded: string | undefined;
}

/** Proxies whose word about their own peer is believed. */
export class TrustedProxies extends AddressRanges {}

/**
 * The address that a request is counted and recorded under: the peer's own unless that is a
 * trusted proxy; then the last hop before the trusted ones. Undefined where `Forwarded` and
 * `X-Forwarded-For` tell different stories: then one of them is the client's invention.
 */
export function sourceAddress(
  { peer, forwardedFor, forwarded }: PeerAndHops,
  proxies: TrustedProxies,
): string | undefined {
  const socketAddress = plainAddress(peer ?? '') ?? '';
  if (!proxies.has(socketAddress)) return socketAddress;
  const told = [
    forwardedFor === undefined ? undefined : forwardedFor.split(','),
    forwarded === undefined ? undefined : forwardedHops(forwarded),
  ].filter((hops) => hops !== undefined);
  const sources = new Set(told.map((hops) => lastUntrusted(socketAddress, hops, proxies)));
  if (sources.size > 1) return undefined;
  return [...sources][0] ?? socketAddress;
}

/** Whether the other end of a connection is a proxy whose word is believed. */
export function isTrustedPeer(peer: string, proxies: TrustedProxies): boolean {
  return proxies.has(plainAddress(peer) ?? '');
}

/** From the nearest hop outwards, while the proxies are ours and what they say is an address. */
function lastUntrusted(peer: string, hops: readonly string[], proxies: TrustedProxies): string {
  let source = peer;
  for (const hop of hops.toReversed()) {
    const address = plainAddress(hop.trim());
    if (address === undefined) return source;
    source = address;
    if (!proxies.has(address)) return source;
  }
  return source;
}

/** The `for` of each element; what is not understood stands as it is and is no address. */
function forwardedHops(text: string): readonly string[] {
  return text.split(',').map((element) => {
    const pair = element.split(';').find((item) => /^\s*for=/i.test(item));
    return (pair ?? '').replace(/^\s*for=/i, '').replace(/^\s*"?|"?\s*$/g, '');
  });
}

/** Without brackets, port and the IPv4-mapped form; undefined for what is no address. */
export function plainAddress(text: string): string | undefined {
  const inner =
    /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+(?:\.\d+){3}):\d+$/.exec(text)?.[1] ?? text;
  if (isIP(inner) === 0) return undefined;
  return /^::ffff:(\d+(?:\.\d+){3})$/i.exec(inner)?.[1] ?? inner.toLowerCase();
}
