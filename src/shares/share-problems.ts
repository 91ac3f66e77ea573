import type { CallTrace } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import type { SharePins } from './domain/share-pins.js';
import type { ParsedShare } from './domain/share-spec.js';
import type { ShareDependencies } from './shares.dependencies.js';

/** Problems of shares other than those of their specs: authors, and Secrets. */
export class ShareProblems {
  readonly #parts: Pick<ShareDependencies, 'states' | 'secrets'>;

  constructor(parts: Pick<ShareDependencies, 'states' | 'secrets'>) {
    this.#parts = parts;
  }

  /** Returns why a share delivers nothing; undefined if it delivers. */
  async of(
    call: { readonly ctx: CallContext; readonly trace: CallTrace },
    share: ParsedShare,
  ): Promise<{ readonly reason: string } | undefined> {
    const { spec } = share;
    if (spec === undefined) return undefined;
    const { pins, problem } = await this.#parts.states.of(share, spec);
    return problem ?? this.ofSecret(call, share, pins);
  }

  /** Returns why the Secret of a share is not delivered, without a check of the author. */
  async ofSecret(
    call: { readonly ctx: CallContext; readonly trace: CallTrace },
    share: ParsedShare,
    pins: SharePins,
  ): Promise<{ readonly reason: string } | undefined> {
    const { spec } = share;
    if (spec === undefined) return undefined;
    const source = await this.#parts.secrets.find(call, { share, spec, pins });
    if (typeof source === 'string') return { reason: source };
    const hasAny = spec.keys.some((key) => source.keys.includes(key));
    return hasAny ? undefined : { reason: 'KeyMissing' };
  }
}
