import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf } from '../../platform/graphql/connection.js';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { idDescription } from '../../platform/graphql/object-id.js';
import { importSpecSchema } from '../domain/import-spec.js';
import { DateTime } from '../../platform/graphql/scalars/date-time.scalar.js';
import { importCopySchema, importSchema } from '../shares.schemas.js';
import { ImportState } from './sharing.enums.js';

const { shape: spec } = importSpecSchema;
const { shape: from } = spec.from;
const { shape: key } = spec.keys.unwrap().element;
const { shape: target } = spec.target.unwrap();
const { shape: imported } = importSchema;
const { shape: copy } = importCopySchema;

@ObjectType({ description: 'Where an import gets its values.' })
export class ImportSource {
  @Field(() => String, described(from.namespace))
  namespace!: string;

  @Field(() => String, described(from.share))
  share!: string;
}

@ObjectType({ description: 'A key of a share, and its name in the import.' })
export class ImportedKey {
  @Field(() => String, described(key.name))
  name!: string;

  @Field(() => String, describedOrNull(key.as))
  as!: string | null;
}

@ObjectType({ description: 'The Secret that receives a copy.' })
export class ImportTarget {
  @Field(() => String, described(target.secretName))
  secretName!: string;

  @Field(() => String, described(target.type))
  type!: string;
}

@ObjectType('ImportSpec', { description: 'An import as its author wrote it.' })
export class ImportSpecObject {
  @Field(() => ImportSource, described(spec.from))
  from!: ImportSource;

  @Field(() => [ImportedKey], describedOrNull(spec.keys))
  keys!: readonly ImportedKey[] | null;

  @Field(() => ImportTarget, describedOrNull(spec.target))
  target!: ImportTarget | null;

  @Field(() => Boolean, described(spec.repair))
  repair!: boolean;

  @Field(() => String, describedOrNull(spec.adopt))
  adopt!: string | null;
}

@ObjectType({ description: 'How the copy of an import stands.' })
export class ImportCopy {
  @Field(() => String, described(copy.reason))
  reason!: string;

  @Field(() => String, described(copy.message))
  message!: string;

  @Field(() => Int, describedOrNull(copy.version))
  version!: number | null;

  @Field(() => DateTime, describedOrNull(copy.deliveredAt))
  deliveredAt!: string | null;
}

/** Members of an import, with or without its values. */
@ObjectType({ isAbstract: true })
abstract class ImportMembers {
  @Field(() => ID, { description: idDescription })
  id!: string;

  @Field(() => String, { description: 'Namespace of the import.' })
  namespace!: string;

  @Field(() => String, described(imported.name))
  name!: string;

  @Field(() => ImportSpecObject, {
    nullable: true,
    description: 'The spec; null if it breaks a rule.',
  })
  spec!: ImportSpecObject | null;

  @Field(() => String, {
    nullable: true,
    description: 'Validator of the spec for `ifMatch`; null in a dry run.',
  })
  etag!: string | null;

  @Field(() => String, describedOrNull(imported.author))
  author!: string | null;

  @Field(() => ImportState, described(imported.state))
  state!: ImportState;

  @Field(() => ImportCopy, describedOrNull(imported.copy))
  copy!: ImportCopy | null;
}

@ObjectType({ description: 'An import of shared keys into a namespace.' })
export class SecretImport extends ImportMembers {}

@ObjectType({ description: 'An import after a write, without its values.' })
export class SecretImportSummary extends ImportMembers {}

export const SecretImportConnection = connectionOf(SecretImport, 'SecretImport');
