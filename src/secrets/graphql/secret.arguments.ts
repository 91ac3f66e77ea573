import { ArgsType, Field, InputType, registerEnumType } from '@nestjs/graphql';

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
