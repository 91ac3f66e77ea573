import { isIP } from 'node:net';
import { AddressRanges } from './address-ranges.js';

/** Origin of a request, as stated by its connection and headers. */
export interface PeerAndHops {
  /** The other end of the socket; absent if it has already disconnected. */
  readonly peer: string | undefined;
  readonly forwardedFor: string | undefined;
  /** RFC 7239. */
  readonly forwarded: string | undefined;
}

/** Proxies that are trusted to report their own peer. */
export class TrustedProxies extends AddressRanges {}

/**
 * Returns the address under which a request is counted and recorded. It is the peer's own unless
 * the peer is a trusted proxy; then the last hop before the trusted ones. Undefined if `Forwarded`
 * and `X-Forwarded-For` disagree: then the client has forged one of them.
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

/** Reports whether the other end of a connection is a trusted proxy. */
export function isTrustedPeer(peer: string, proxies: TrustedProxies): boolean {
  return proxies.has(plainAddress(peer) ?? '');
}

/** Walks from the nearest hop outwards, while proxies are trusted and hops are addresses. */
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

/** Returns the `for` of each element; an unparsable element stays unchanged, not an address. */
function forwardedHops(text: string): readonly string[] {
  return text.split(',').map((element) => {
    const pair = element.split(';').find((item) => /^\s*for=/i.test(item));
    return (pair ?? '').replace(/^\s*for=/i, '').replace(/^\s*"?|"?\s*$/g, '');
  });
}

/** Removes brackets, port and the IPv4-mapped form; undefined for an invalid address. */
export function plainAddress(text: string): string | undefined {
  const inner =
    /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+(?:\.\d+){3}):\d+$/.exec(text)?.[1] ?? text;
  if (isIP(inner) === 0) return undefined;
  return /^::ffff:(\d+(?:\.\d+){3})$/i.exec(inner)?.[1] ?? inner.toLowerCase();
}
