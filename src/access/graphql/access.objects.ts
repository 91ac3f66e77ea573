import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { idDescription } from '../../platform/graphql/object-id.js';
import { PrincipalKind } from '../../platform/graphql/principal-kind.enum.js';
import { DateTime } from '../../platform/graphql/scalars/date-time.scalar.js';
import { TokenScope } from '../../platform/graphql/token-scope.object.js';
import { accessAnswerSchema, accessQuestionSchema, viewerSchema } from '../access.operations.js';

const { shape: viewer } = viewerSchema;
const { shape: question } = accessQuestionSchema;
const { shape: answer } = accessAnswerSchema;

@ObjectType({ description: 'The caller, and the credential of the request.' })
export class Viewer {
  @Field(() => ID, { description: idDescription })
  id!: string;

  @Field(() => String, described(viewer.username))
  username!: string;

  @Field(() => String, describedOrNull(viewer.uid))
  uid!: string | null;

  @Field(() => [String], described(viewer.groups))
  groups!: readonly string[];

  @Field(() => PrincipalKind, described(viewer.kind))
  kind!: PrincipalKind;

  @Field(() => String, describedOrNull(viewer.credentialId))
  credentialId!: string | null;

  @Field(() => DateTime, describedOrNull(viewer.expiresAt))
  expiresAt!: string | null;

  @Field(() => TokenScope, describedOrNull(viewer.scope))
  scope!: TokenScope | null;
}

@InputType({ description: "A question, with the names of Kubernetes' ResourceAttributes." })
export class AccessRequest {
  @Field(() => String, described(question.verb))
  verb!: string;

  @Field(() => String, { defaultValue: '', description: described(question.group).description })
  group!: string;

  @Field(() => String, described(question.resource))
  resource!: string;

  @Field(() => String, {
    defaultValue: '',
    description: described(question.subresource).description,
  })
  subresource!: string;

  @Field(() => String, described(question.namespace))
  namespace!: string;

  @Field(() => String, described(question.name))
  name!: string;
}

@ObjectType({ description: 'The answer to a question.' })
export class AccessAnswer {
  @Field(() => Boolean, described(answer.allowed))
  allowed!: boolean;

  @Field(() => String, describedOrNull(answer.reason))
  reason!: string | null;
}
