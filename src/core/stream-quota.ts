import { addressGroup } from './address-group.js';
import type { CallContext } from './call-context.js';
import { type OwnedCaller, ownerOf } from './credential-owner.js';
import { SallyportError } from './errors/sallyport-error.js';

export interface StreamBounds {
  /** Plural, for the refusal. */
  readonly what: string;
  readonly inAllMax: number;
  /** Whatever the number of the owner's credentials, and of tokens that impersonate others. */
  readonly ofUserMax: number;
  /** Whatever the number of owners at the address; IPv6 is counted by /64. */
  readonly ofAddressMax: number;
  /** Whatever the number of owners and addresses; undefined: no separate limit. */
  readonly ofNamespaceMax?: number;
}

export interface StreamRequest {
  readonly count?: number;
  /** The namespace that is read; `''` for no particular namespace, which is not counted. */
  readonly namespace?: string;
}

/** Owner and address of a stream. */
export type StreamCaller = OwnedCaller & Pick<CallContext, 'sourceIp'>;

/** Limits on streams of a kind: in all, of an owner, an address and a namespace. */
export class StreamQuota {
  readonly #bounds: StreamBounds;
  readonly #ofUsers = new Map<string, number>();
  readonly #ofAddresses = new Map<string, number>();
  readonly #ofNamespaces = new Map<string, number>();
  #taken = 0;

  constructor(bounds: StreamBounds) {
    this.#bounds = bounds;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Takes slots, or throws TooManyRequests if fewer remain; release them once. */
  take(
    caller: StreamCaller,
    { count = 1, namespace = '' }: StreamRequest = {},
  ): { release(): void } {
    const { what, inAllMax, ofUserMax, ofAddressMax, ofNamespaceMax = inAllMax } = this.#bounds;
    const owner = ownerOf(caller);
    const address = addressGroup(caller.sourceIp);
    const ofUser = this.#ofUsers.get(owner) ?? 0;
    const ofAddress = this.#ofAddresses.get(address) ?? 0;
    const ofNamespace = namespace === '' ? 0 : (this.#ofNamespaces.get(namespace) ?? 0);
    const isFull =
      ofUser + count > ofUserMax ||
      ofAddress + count > ofAddressMax ||
      ofNamespace + count > ofNamespaceMax ||
      this.#taken + count > inAllMax;
    if (isFull) {
      const headers = { 'retry-after': '1' };
      throw new SallyportError('TooManyRequests', `too many ${what} at once`, { headers });
    }
    this.#taken += count;
    this.#ofUsers.set(owner, ofUser + count);
    this.#ofAddresses.set(address, ofAddress + count);
    if (namespace !== '') this.#ofNamespaces.set(namespace, ofNamespace + count);
    return {
      release: () => {
        this.#taken -= count;
        giveBack(this.#ofUsers, owner, count);
        giveBack(this.#ofAddresses, address, count);
        giveBack(this.#ofNamespaces, namespace, count);
      },
    };
  }
}

function giveBack(counts: Map<string, number>, key: string, count: number): void {
  const left = (counts.get(key) ?? count) - count;
  if (left > 0) counts.set(key, left);
  else counts.delete(key);
}
