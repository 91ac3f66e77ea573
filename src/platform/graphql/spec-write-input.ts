import { Field, InputType, PickType } from '@nestjs/graphql';
import { WriteInput } from './write-input.js';

/** Members of the input of a write of a spec, which REST repeats without a key. */
@InputType({ isAbstract: true })
export class SpecChangeInput extends PickType(WriteInput, ['reason', 'dryRun'] as const) {
  @Field(() => String, {
    nullable: true,
    description: 'Precondition: an `etag` of the spec, or `*` for any. Replaces `If-Match`.',
  })
  ifMatch?: string | null;
}

/** Members of the input of a write that can be restricted to new objects. */
@InputType({ isAbstract: true })
export class SpecPutInput extends SpecChangeInput {
  @Field(() => String, {
    nullable: true,
    description: 'Precondition: `*` for no object of the name. Replaces `If-None-Match`.',
  })
  ifNoneMatch?: string | null;
}
