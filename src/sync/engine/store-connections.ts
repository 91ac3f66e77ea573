import type { CallRunner } from '../../calls/call-runner.service.js';
import type { Clock } from '../../core/clock.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { GatewayAccounts } from '../../core/gateway-accounts.js';
import { RecentMap } from '../../core/recent-map.js';
import type { SecretValue } from '../../core/secret-value.js';
import { syncLimits } from '../../core/sync-limits.js';
import { hostAndPortOf } from '../../platform/outbound/domain/egress-rules.js';
import type { Egress } from '../../platform/outbound/egress.js';
import type { SecretStore } from '../../secrets/domain/secret.store.js';
import type { ServedNamespaces } from '../../access/domain/served-namespaces.js';
import type { AccountTokens } from '../domain/account-tokens.js';
import type { RemoteStore } from '../domain/remote-store.js';
import type { ParsedStore, StoreSpec } from '../domain/store-spec.js';
import type { SecretKeyReference } from '../domain/secret-key-reference.js';
import { caSecretOf, openStore } from '../stores/open-store.js';
import { payloadIn, type RemoteFormat } from '../stores/remote-format.js';
import { StoreTransport } from '../stores/store-transport.js';
import { SyncRefused } from './sync-refused.js';

export interface StoreConnectionsDependencies {
  readonly store: Pick<SecretStore, 'get'>;
  readonly calls: Pick<CallRunner, 'read'>;
  readonly accounts: Pick<GatewayAccounts, 'broker'>;
  readonly served: Pick<ServedNamespaces, 'isServed'>;
  readonly tokens: AccountTokens;
  readonly egress: Pick<Egress, 'resolve'>;
  readonly clock: Pick<Clock, 'monotonicMs' | 'nowMs'>;
}

/** ServiceAccount whose token a store gets. */
export interface StoreAccount {
  readonly namespace: string;
  readonly serviceAccountName: string;
}

/** Use of a store: as whom, and in which format of its secrets. */
export interface StoreUse extends StoreAccount {
  readonly format: RemoteFormat;
}

interface Connection {
  readonly remote: RemoteStore;
  readonly untilMs: number;
}

/** Connections to stores, each for one ServiceAccount, with its token in memory. */
export class StoreConnections {
  readonly #parts: StoreConnectionsDependencies;
  readonly #known = new RecentMap<string, Connection>({
    entriesMax: syncLimits.connectionsMax,
    keptMs: syncLimits.connectionUsedMs,
  });

  constructor(parts: StoreConnectionsDependencies) {
    this.#parts = parts;
  }

  /** Returns the store for a ServiceAccount. Throws SyncRefused if a reference cannot be read. */
  async open(
    { object }: Pick<ParsedStore, 'object'>,
    spec: StoreSpec,
    { namespace, serviceAccountName: name, format }: StoreUse,
  ): Promise<RemoteStore> {
    const nowMs = this.#parts.clock.monotonicMs();
    const key = JSON.stringify([object.uid, object.generation, namespace, name, format]);
    const known = this.#known.get(key);
    if (known !== undefined && nowMs < known.untilMs) return known.remote;
    const { tokens, clock } = this.#parts;
    const caSecret = caSecretOf(spec);
    const ca = caSecret && (await this.authorityOf(caSecret));
    const remote = await openStore(spec, {
      transportTo: (url) => this.transportTo(url, ca),
      identity: (audience, signal) => tokens.token({ namespace, name, audience }, signal),
      referenced: (reference) => this.referenced(reference),
      account: { namespace, name },
      payload: payloadIn[format],
      nowMs: () => clock.nowMs(),
    });
    this.#known.set(key, { remote, untilMs: nowMs + syncLimits.connectionUsedMs }, nowMs);
    return remote;
  }

  /** Returns a transport by the egress rules of stores; nothing is sent at first. */
  transportTo(url: URL, ca: string | undefined): StoreTransport {
    return new StoreTransport({
      url,
      ca,
      resolve: (to, signal) => {
        const { host, port } = hostAndPortOf(to);
        return this.#parts.egress.resolve(host, port, undefined, signal);
      },
    });
  }

  /** Reads the authority that the spec of a store references, as PEM. Throws SyncRefused. */
  async authorityOf(reference: SecretKeyReference): Promise<string> {
    return textOf(reference.key, await this.referenced(reference));
  }

  /** Reads a value that the spec of a store references. Throws SyncRefused. */
  async referenced({ namespace, name, key }: SecretKeyReference): Promise<SecretValue> {
    const { store, calls, accounts, served } = this.#parts;
    if (!served.isServed(namespace)) throw missing(key, 'is in a namespace that is not served');
    const ctx = accounts.broker();
    const ref = { namespace, name };
    const facts = { action: 'secrets.reveal', namespace, secret: name, keys: [key] } as const;
    const secret = await calls
      .read(ctx, facts, (trace) => store.get({ ctx, as: 'broker', trace }, ref))
      .catch((error: unknown) => {
        throw isHidden(error) ? missing(key, 'is not there') : error;
      });
    const value = secret.data.get(key);
    if (value === undefined) throw missing(key, 'has no such key');
    return value;
  }
}

function textOf(key: string, value: SecretValue): string {
  const text = value.revealText();
  if (text === undefined) throw missing(key, 'is no text');
  return text;
}

/** Reports whether the gateway cannot see a Secret. */
function isHidden(error: unknown): boolean {
  const code = error instanceof SallyportError ? error.code : undefined;
  return code === 'NotFound' || code === 'Forbidden';
}

/** Returns a refusal without the name of the Secret, which is that of an operator. */
function missing(key: string, why: string): SyncRefused {
  const message = `the Secret that the ExternalStore references for ${key} ${why}`;
  return new SyncRefused({ concerns: 'StoreReachable', reason: 'ReferenceMissing', message });
}
