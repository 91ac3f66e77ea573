import { Injectable } from '@nestjs/common';
import { CallRunner } from '../calls/call-runner.service.js';
import type { CallContext } from '../core/call-context.js';
import { type SealingCertificate, SealingKeys } from './sealing-keys.js';

/** Service of the certificate for sealed values, for REST and GraphQL. */
@Injectable()
export class SealingService {
  readonly #calls: CallRunner;
  readonly #keys: SealingKeys;

  constructor(calls: CallRunner, keys: SealingKeys) {
    this.#calls = calls;
    this.#keys = keys;
  }

  /** Returns the current certificate, which is public. Throws Unavailable. */
  certificate(ctx: CallContext): Promise<SealingCertificate> {
    return this.#calls.read(ctx, { action: 'sealing.get' }, () => this.#keys.current());
  }
}
