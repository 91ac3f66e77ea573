import { Field, InputType } from '@nestjs/graphql';
import type { CallContext } from '../../core/call-context.js';
import { checkChangeReason } from '../http/request-headers.js';

/** Members of every mutation's input. */
@InputType({ isAbstract: true })
export class ReasonInput {
  @Field(() => String, {
    nullable: true,
    description: 'Why; the audit event contains it. Replaces `X-Change-Reason`.',
  })
  reason?: string | null;
}

/** Members of the input of a mutation that can be repeated under a key. */
@InputType({ isAbstract: true })
export class IdempotentInput extends ReasonInput {
  @Field(() => String, {
    nullable: true,
    description: 'Key of the request. A repetition under the key returns what the first returned.',
  })
  idempotencyKey?: string | null;
}

/** Members of the input of a mutation that can be tried. */
@InputType({ isAbstract: true })
export class WriteInput extends IdempotentInput {
  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether the mutation is only checked, and changes nothing.',
  })
  dryRun!: boolean;
}

/** Returns the options of a write that are not its subject. */
export function toWriteOptions({ dryRun, idempotencyKey }: WriteInput): {
  readonly dryRun: boolean;
  readonly idempotencyKey: string | undefined;
} {
  return { dryRun, idempotencyKey: idempotencyKey ?? undefined };
}

/** Returns the `reason` of the input, which replaces the header's. */
export function reasonOf({ reason }: ReasonInput): Partial<CallContext> {
  return reason ? { changeReason: checkChangeReason(reason) } : {};
}

/** Returns the members of an input that are the subject of the write; null counts as absent. */
export function subjectOf(input: WriteInput): Record<string, unknown> {
  const { dryRun: _dryRun, reason: _reason, idempotencyKey: _key, ...subject } = input;
  return withoutNulls(subject);
}

/** Returns the given members: null counts as absent. */
export function withoutNulls(input: object): Record<string, unknown> {
  const given = Object.entries(input).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(given);
}
