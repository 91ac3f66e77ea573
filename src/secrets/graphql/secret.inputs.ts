import { Field, InputType } from '@nestjs/graphql';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { SecretMap } from '../../platform/graphql/scalars/secret-map.scalar.js';
import { StringMap } from '../../platform/graphql/scalars/string-map.scalar.js';
import { WriteInput } from '../../platform/graphql/write-input.js';
import { mergePatchSchema, writeBodySchema } from '../secret.schemas.js';
import { SecretRefInput, VersionRefInput } from './secret-ref.inputs.js';

const { shape: body } = writeBodySchema;
const { shape: patch } = mergePatchSchema;

type TextMap = Readonly<Record<string, string | null>>;
type ValueMap = Readonly<Record<string, unknown>>;

@InputType({ description: 'A Secret to create. A key may be in `stringData` or in `data`.' })
export class CreateSecretInput extends WriteInput {
  @Field(() => String, described(body.namespace))
  namespace!: string;

  @Field(() => String, described(body.name))
  name!: string;

  @Field(() => String, { defaultValue: 'Opaque', description: described(body.type).description })
  type!: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description: described(body.immutable).description,
  })
  immutable!: boolean;

  @Field(() => StringMap, describedOrNull(body.labels))
  labels?: TextMap | null;

  @Field(() => StringMap, describedOrNull(body.annotations))
  annotations?: TextMap | null;

  @Field(() => SecretMap, describedOrNull(body.stringData))
  stringData?: ValueMap | null;

  @Field(() => SecretMap, describedOrNull(body.data))
  data?: ValueMap | null;
}

@InputType({
  description:
    'A Secret to write as a PUT of REST does: it has these keys and no others afterwards. Other ' +
    'members that are null stay as they are. Without `resourceVersion`, it may be new.',
})
export class ReplaceSecretInput extends SecretRefInput {
  @Field(() => String, describedOrNull(body.type))
  type?: string | null;

  @Field(() => Boolean, describedOrNull(body.immutable))
  immutable?: boolean | null;

  @Field(() => StringMap, describedOrNull(body.labels))
  labels?: TextMap | null;

  @Field(() => StringMap, describedOrNull(body.annotations))
  annotations?: TextMap | null;

  @Field(() => SecretMap, describedOrNull(body.stringData))
  stringData?: ValueMap | null;

  @Field(() => SecretMap, describedOrNull(body.data))
  data?: ValueMap | null;
}

@InputType({ description: 'A SealedSecret that `kubeseal` has written for this gateway.' })
export class ApplySealedSecretInput extends WriteInput {
  @Field(() => String, described(body.namespace))
  namespace!: string;

  @Field(() => String, { description: 'The manifest: JSON if it begins with `{`, else YAML.' })
  manifest!: string;
}

@InputType({
  description: 'A merge patch of a Secret (RFC 7396): a null inside a map removes that entry.',
})
export class PatchSecretInput extends SecretRefInput {
  @Field(() => Boolean, describedOrNull(patch.immutable))
  immutable?: boolean | null;

  @Field(() => StringMap, describedOrNull(patch.labels))
  labels?: TextMap | null;

  @Field(() => StringMap, describedOrNull(patch.annotations))
  annotations?: TextMap | null;

  @Field(() => SecretMap, describedOrNull(patch.stringData))
  stringData?: ValueMap | null;

  @Field(() => SecretMap, describedOrNull(patch.data))
  data?: ValueMap | null;
}

@InputType({ description: 'A Secret to delete.' })
export class DeleteSecretInput extends SecretRefInput {}

@InputType({ description: 'A version of a Secret to bring back.' })
export class RestoreSecretVersionInput extends VersionRefInput {
  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether a version is restored whose credential a rotation has ended.',
  })
  allowRetired!: boolean;
}
