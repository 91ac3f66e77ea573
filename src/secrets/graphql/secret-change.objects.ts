import { Field, ObjectType, registerEnumType } from '@nestjs/graphql';
import { SecretSummary } from './secret.objects.js';

export const ChangeType = {
  ADDED: 'ADDED',
  MODIFIED: 'MODIFIED',
  DELETED: 'DELETED',
  BOOKMARK: 'BOOKMARK',
} as const;
export type ChangeType = keyof typeof ChangeType;

registerEnumType(ChangeType, {
  name: 'ChangeType',
  description: 'What happened to a Secret.',
  valuesMap: {
    ADDED: { description: 'It exists now, or existed when the stream began.' },
    MODIFIED: { description: 'It has changed.' },
    DELETED: { description: 'It is gone.' },
    BOOKMARK: { description: 'Nothing: the event only has a cursor.' },
  },
});

@ObjectType({ description: 'A change of a Secret, with the place in the stream.' })
export class SecretChange {
  @Field(() => ChangeType, { description: 'What happened.' })
  type!: ChangeType;

  @Field(() => SecretSummary, {
    nullable: true,
    description: 'The Secret after the change, or before its deletion; null in a BOOKMARK.',
  })
  secret!: SecretSummary | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Names of the changed keys; null in a BOOKMARK.',
  })
  changedKeys!: readonly string[] | null;

  @Field(() => String, { description: 'The `after` of a stream that begins behind the event.' })
  cursor!: string;
}
