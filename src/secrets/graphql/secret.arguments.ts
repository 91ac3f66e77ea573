import { ArgsType, Field, InputType, registerEnumType } from '@nestjs/graphql';
import { documentLimits } from '../../core/document-limits.js';

export const Consistency = { CACHED: 'CACHED', STRONG: 'STRONG' } as const;
export type Consistency = keyof typeof Consistency;

registerEnumType(Consistency, {
  name: 'Consistency',
  description: 'Where a Secret is read.',
  valuesMap: {
    CACHED: { description: 'In the gateway, if it follows the namespace.' },
    STRONG: { description: 'In the cluster.' },
  },
});

export const ValueEncoding = { TEXT: 'TEXT', BASE64: 'BASE64' } as const;
export type ValueEncoding = keyof typeof ValueEncoding;

registerEnumType(ValueEncoding, {
  name: 'ValueEncoding',
  description: 'How a value is rendered.',
  valuesMap: {
    TEXT: { description: 'As text; Invalid for other bytes.' },
    BASE64: { description: 'In base64 with padding.' },
  },
});

/** Arguments of a Secret, or of a version of it. */
@ArgsType()
export class SecretArguments {
  @Field(() => String, { description: 'Namespace of the Secret.' })
  namespace!: string;

  @Field(() => String, { description: 'Name of the Secret.' })
  name!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Number or alias of a version (current, previous, pending, or an own one); the Secret itself ' +
      'if null.',
  })
  version?: string | null;

  @Field(() => Consistency, { defaultValue: 'CACHED', description: 'Where the Secret is read.' })
  consistency!: Consistency;
}

/** Arguments of a value: a key, and a place in the document that it contains. */
@ArgsType()
export class ValueArguments {
  @Field(() => String, { description: 'Name of the key.' })
  key!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'JSON pointer (RFC 6901) to a member of the document that the value is, such as ' +
      '`/db/password`; the value itself if null. A string is its characters, every other member ' +
      `is JSON. At most ${documentLimits.membersReadMax} in a request.`,
  })
  pointer?: string | null;

  @Field(() => ValueEncoding, { defaultValue: 'TEXT', description: 'How the value is rendered.' })
  encoding!: ValueEncoding;
}

@InputType({ description: 'Which Secrets a list has. All that are given must match.' })
export class SecretFilter {
  @Field(() => [String], { nullable: true, description: 'Namespaces; null: all.' })
  namespaces?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Selector of labels of Kubernetes.' })
  labelSelector?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Selector of `metadata.name`, `metadata.namespace` and `type`, by = and !=.',
  })
  fieldSelector?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the list has deleted Secrets with a history, and no others.',
  })
  deleted?: boolean | null;
}
