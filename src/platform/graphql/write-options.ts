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

/** Returns the write options that are not part of the input. */
export function toWriteOptions(options: WriteOptionsInput | null | undefined): {
  readonly dryRun: boolean;
  readonly idempotencyKey: string | undefined;
} {
  return {
    dryRun: options?.dryRun ?? false,
    idempotencyKey: options?.idempotencyKey ?? undefined,
  };
}

/** Returns the `reason` of the options, which replaces the header's. */
export function reasonOf(options: WriteOptionsInput | null | undefined): Partial<CallContext> {
  const reason = options?.reason;
  return reason ? { changeReason: checkChangeReason(reason) } : {};
}
