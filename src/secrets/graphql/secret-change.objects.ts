import { Field, ObjectType, registerEnumType } from '@nestjs/graphql';
import { SecretSummary } from './secret.objects.js';

export const ChangeType = {
  ADDED: 'ADDED',
  MODIFIED: 'MODIFIED',
  DELETED: 'DELETED',
  BOOKMARK: 'BOOKMARK',
} as const;
registerEnumType(ChangeType, { name: 'ChangeType' });

@ObjectType()
export class SecretChange {
  @Field(() => ChangeType)
  type!: keyof typeof ChangeType;

  @Field(() => SecretSummary, { nullable: true })
  secret!: SecretSummary | null;

  @Field(() => [String], { nullable: true })
  changedKeys!: readonly string[] | null;

  @Field(() => String)
  cursor!: string;
}
