import { Field, InputType, IntersectionType } from '@nestjs/graphql';
import { describedOrNull } from '../../platform/graphql/described.js';
import { SpecInputTypes } from '../../platform/graphql/spec-input-types.js';
import { SpecChangeInput, SpecPutInput } from '../../platform/graphql/spec-write-input.js';
import { ReasonInput } from '../../platform/graphql/write-input.js';
import { revocationSchema } from '../shares.schemas.js';
import {
  ShareDelivery,
  ShareOnRecreate,
  ShareOnRevoke,
  ShareSubjectKind,
} from './sharing.enums.js';
import { importSpecTree, shareSpecTree } from './sharing-spec-trees.js';

const { shape: revocation } = revocationSchema;

export const ShareSpecInput = new SpecInputTypes('Share', {
  SpecDelivery: ShareDelivery,
  SpecOnRecreate: ShareOnRecreate,
  SpecOnRevoke: ShareOnRevoke,
  SubjectsKind: ShareSubjectKind,
}).inputOf('spec', shareSpecTree, 'The spec of a SecretShare.');

export const ImportSpecInput = new SpecInputTypes('Import').inputOf(
  'spec',
  importSpecTree,
  'The spec of a SecretImport.',
);

/** Members of an input that names a share. */
@InputType({ isAbstract: true })
class ShareNameInput {
  @Field(() => String, { description: 'Namespace of the share.' })
  namespace!: string;

  @Field(() => String, { description: 'Name of the share.' })
  name!: string;
}

/** Members of an input that names an import. */
@InputType({ isAbstract: true })
class ImportNameInput {
  @Field(() => String, { description: 'Namespace of the import.' })
  namespace!: string;

  @Field(() => String, { description: 'Name of the import.' })
  name!: string;
}

@InputType({ description: 'A share to create or to replace.' })
export class PutSecretShareInput extends IntersectionType(SpecPutInput, ShareNameInput) {
  @Field(() => ShareSpecInput, { description: 'The spec.' })
  spec!: object;
}

@InputType({ description: 'A share to delete.' })
export class DeleteSecretShareInput extends IntersectionType(SpecChangeInput, ShareNameInput) {}

@InputType({ description: 'A share to end for one namespace, or for all.' })
export class RevokeSecretShareInput extends IntersectionType(ReasonInput, ShareNameInput) {
  @Field(() => String, describedOrNull(revocation.namespace))
  consumer?: string | null;
}

@InputType({ description: 'An import to create or to replace.' })
export class PutSecretImportInput extends IntersectionType(SpecPutInput, ImportNameInput) {
  @Field(() => ImportSpecInput, { description: 'The spec.' })
  spec!: object;
}

@InputType({ description: 'An import to delete.' })
export class DeleteSecretImportInput extends IntersectionType(SpecChangeInput, ImportNameInput) {}
