import { CallTrace } from '../../calls/domain/call-trace.js';
import type { GatewayAccounts } from '../../core/gateway-accounts.js';
import { foundOrUndefined } from '../../core/errors/not-found.js';
import { unavailable } from '../../core/errors/sallyport-error.js';
import { secretValues } from '../../secrets/domain/representations.js';
import type { FoundSecret } from '../../secrets/read/secret-source.js';
import type { SecretData } from '../../secrets/domain/secret.js';
import type { Grant } from '../domain/grant.js';
import type { ParsedImport } from '../domain/import-spec.js';
import { AuthorGrace } from '../../custom-resources/domain/author-grace.js';
import { GrantedImports, type OwnerCall } from '../granted-imports.js';
import type { ShareState } from '../share-states.js';
import type { ShareDependencies } from '../shares.dependencies.js';
import { sourceVersion } from './source-version.js';

/** Values that an import gets now. */
export interface CopySource {
  readonly grant: Grant;
  readonly state: ShareState;
  readonly found: FoundSecret;
  /** Version of the shared Secret; null if its history does not know it. */
  readonly version: number | null;
  /** Values by their names in the import. */
  readonly data: SecretData;
}

/** Sources of imports, as the broker decides and reads for work that no caller requested. */
export class CopySources {
  readonly #parts: ShareDependencies;
  readonly #accounts: Pick<GatewayAccounts, 'broker'>;
  readonly #granted: GrantedImports;
  readonly #grace: AuthorGrace;

  constructor(parts: ShareDependencies, accounts: Pick<GatewayAccounts, 'broker'>) {
    this.#parts = parts;
    this.#accounts = accounts;
    this.#granted = new GrantedImports(parts);
    this.#grace = new AuthorGrace(parts.clock);
  }

  /**
   * Returns what a copy gets now; undefined if the cluster confirms that nothing is granted.
   * Throws Unavailable if that is not known.
   */
  async ofCopy(imported: ParsedImport): Promise<CopySource | undefined> {
    const call = this.#call();
    const use = { delivery: 'copy', reader: undefined } as const;
    const decided = await this.#granted.decide(call, imported.object, use);
    if (typeof decided === 'string') {
      if (decided === 'ShareMissing') await this.#confirmMissing(call, imported);
      if (decided === 'AuthorUnknown') this.#requireKnownAuthor(imported);
      return undefined;
    }
    const { share, spec } = decided.grant;
    const request = { share, spec, pins: decided.state.pins };
    const found = await this.#parts.secrets.find(call, request);
    if (typeof found === 'string') return undefined;
    const values = await found.show(secretValues);
    const data = new Map(
      decided.grant.keys.flatMap(({ key, as }) => {
        const value = values.get(key);
        return value === undefined ? [] : [[as, value] as const];
      }),
    );
    const version = await found.show(sourceVersion);
    return { ...decided, found, version, data };
  }

  /** Reports whether some caller can read values of the import now. */
  async isLive(imported: ParsedImport): Promise<boolean> {
    const call = this.#call();
    const use = { delivery: 'live', reader: undefined } as const;
    const decided = await this.#granted.decide(call, imported.object, use);
    // Those whom the share names can read.
    if (typeof decided === 'string') return decided === 'SubjectNotNamed';
    const { share, spec } = decided.grant;
    const request = { share, spec, pins: decided.state.pins };
    const found = await this.#parts.secrets.find(call, request);
    if (typeof found === 'string') return false;
    return decided.grant.keys.some(({ key }) => found.keys.includes(key));
  }

  /** Reports whether the cluster has no such import any more. */
  async isGone(item: { readonly uid: string; readonly namespace: string; readonly name: string }) {
    const call = { ...this.#call(), as: 'broker' } as const;
    const found = await foundOrUndefined(() => this.#parts.imports.get(call, item));
    return found?.uid !== item.uid;
  }

  /** Throws Unavailable if the author of the share may still become known. */
  #requireKnownAuthor({ spec }: ParsedImport): void {
    if (spec === undefined) return;
    const { namespace, share: name } = spec.from;
    const share = this.#parts.knownShares.get({ namespace, name });
    if (share !== undefined) this.#grace.require(share.object);
  }

  /** Throws Unavailable if the cluster has the share, of which the watch does not know yet. */
  async #confirmMissing({ ctx, trace }: OwnerCall, { spec }: ParsedImport): Promise<void> {
    const { shares, served } = this.#parts;
    if (spec === undefined || !served.isServed(spec.from.namespace)) return;
    const { namespace, share: name } = spec.from;
    const call = { ctx, as: 'broker', trace } as const;
    const found = await foundOrUndefined(() => shares.get(call, { namespace, name }));
    if (found === undefined) return;
    throw unavailable('shares of Secrets are not known now', { internal: namespace });
  }

  #call(): OwnerCall {
    return { ctx: this.#accounts.broker(), trace: new CallTrace() };
  }
}
