import { Field, InputType } from '@nestjs/graphql';
import type { CallContext } from '../../core/call-context.js';
import { checkChangeReason } from '../http/request-headers.js';

@InputType('WriteOptions')
export class WriteOptionsInput {
  @Field(() => Boolean, { defaultValue: false })
  dryRun!: boolean;

  @Field(() => String, { nullable: true })
  reason?: string | null;

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null;
}

/** The `options` argument of every mutation. */
export const optionsArgument = { type: () => WriteOptionsInput, nullable: true } as const;

/** What a write states beside its input. */
export function toWriteOptions(options: WriteOptionsInput | null | undefined): {
  readonly dryRun: boolean;
  readonly idempotencyKey: string | undefined;
} {
  return {
    dryRun: options?.dryRun ?? false,
    idempotencyKey: options?.idempotencyKey ?? undefined,
  };
}

/** `reason` of the options takes the place of the header's. */
export function reasonOf(options: WriteOptionsInput | null | undefined): Partial<CallContext> {
  const reason = options?.reason;
  return reason ? { changeReason: checkChangeReason(reason) } : {};
}
