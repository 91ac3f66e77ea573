import { Injectable } from '@nestjs/common';
import { CallTrace } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import type { RotationRun } from './domain/rotation-run.js';
import { type RequestedRun, RotationStarts } from './domain/rotation-starts.js';
import { beginRun } from './begin-run.js';
import { callOf, secretOf } from './rotation-call.js';
import { RotationDependencies } from './rotation.dependencies.js';

/** Runs that other features of the gateway request. */
@Injectable()
export class RequestedRotations extends RotationStarts {
  readonly #parts: RotationDependencies;

  constructor(parts: RotationDependencies) {
    super();
    this.#parts = parts;
  }

  override async begin(ctx: CallContext, ref: SecretRef, run: RequestedRun): Promise<void> {
    const { id, reason } = run;
    if ((await this.stateOf(ref, id)) !== undefined) return;
    const call = callOf(this.#parts, ctx, new CallTrace(), ref);
    const requestedBy = ctx.onBehalfOf ?? ctx.principal.username;
    await beginRun(this.#parts, call, { id, requestedBy, reason, retireAfterMs: undefined });
  }

  override async stateOf(ref: SecretRef, id: string): Promise<RotationRun['state'] | undefined> {
    return (await this.#parts.store.find(await secretOf(this.#parts, ref), id))?.state;
  }
}
