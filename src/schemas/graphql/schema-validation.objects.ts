import { ArgsType, Field, ObjectType } from '@nestjs/graphql';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { DateTime } from '../../platform/graphql/scalars/date-time.scalar.js';
import { SecretMap } from '../../platform/graphql/scalars/secret-map.scalar.js';
import { StringMap } from '../../platform/graphql/scalars/string-map.scalar.js';
import { validationBodySchema, validationResultSchema } from '../schemas.schemas.js';

const { shape: body } = validationBodySchema;
const { shape: result } = validationResultSchema;
const { shape: finding } = result.errors.element;

/** Values that a schema checks, and its name. */
@ArgsType()
export class ValidationArguments {
  @Field(() => String, { description: 'Name of the schema.' })
  name!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Namespace of the schema; null for a schema of the cluster.',
  })
  namespace?: string | null;

  @Field(() => StringMap, describedOrNull(body.annotations))
  annotations?: Readonly<Record<string, string | null>> | null;

  @Field(() => SecretMap, describedOrNull(body.stringData))
  stringData?: Readonly<Record<string, unknown>> | null;

  @Field(() => SecretMap, describedOrNull(body.data))
  data?: Readonly<Record<string, unknown>> | null;
}

@ObjectType({ description: 'A rule that values break.' })
export class SchemaFinding {
  @Field(() => String, described(finding.pointer))
  pointer!: string;

  @Field(() => String, described(finding.reason))
  reason!: string;
}

@ObjectType({ description: 'What values break of a schema.' })
export class SchemaValidation {
  @Field(() => Boolean, described(result.valid))
  valid!: boolean;

  @Field(() => [SchemaFinding], described(result.errors))
  errors!: readonly SchemaFinding[];

  @Field(() => DateTime, describedOrNull(result.expiresAt))
  expiresAt!: string | null;
}
