import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf } from '../../platform/graphql/connection.js';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { idDescription } from '../../platform/graphql/object-id.js';
import { DateTime } from '../../platform/graphql/scalars/date-time.scalar.js';
import { shareSpecSchema } from '../domain/share-spec.js';
import { shareSchema } from '../shares.schemas.js';
import {
  ShareDelivery,
  ShareOnRecreate,
  ShareOnRevoke,
  ShareState,
  ShareSubjectKind,
} from './sharing.enums.js';

const { shape: spec } = shareSpecSchema;
const { shape: target } = spec.to.element;
const { shape: subject } = target.subjects.unwrap().element;
const { shape: share } = shareSchema;
const { shape: consumer } = share.consumers.element;

@ObjectType({ description: 'Who may read an import.' })
export class ShareSubject {
  @Field(() => ShareSubjectKind, described(subject.kind))
  kind!: ShareSubjectKind;

  @Field(() => String, described(subject.name))
  name!: string;
}

@ObjectType({ description: 'A namespace that may import the keys of a share.' })
export class ShareTarget {
  @Field(() => String, described(target.namespace))
  namespace!: string;

  @Field(() => String, describedOrNull(target.namespaceUID))
  namespaceUID!: string | null;

  @Field(() => [ShareSubject], describedOrNull(target.subjects))
  subjects!: readonly ShareSubject[] | null;

  @Field(() => Boolean, described(target.revoked))
  revoked!: boolean;
}

@ObjectType('ShareSpec', { description: 'A share as its author wrote it.' })
export class ShareSpecObject {
  @Field(() => String, described(spec.secretName))
  secretName!: string;

  @Field(() => [String], described(spec.keys))
  keys!: readonly string[];

  @Field(() => [ShareTarget], described(spec.to))
  to!: readonly ShareTarget[];

  @Field(() => DateTime, describedOrNull(spec.expiresAt))
  expiresAt!: string | null;

  @Field(() => [ShareDelivery], described(spec.delivery))
  delivery!: readonly ShareDelivery[];

  @Field(() => Boolean, described(spec.reshare))
  reshare!: boolean;

  @Field(() => ShareOnRecreate, described(spec.onRecreate))
  onRecreate!: ShareOnRecreate;

  @Field(() => ShareOnRevoke, described(spec.onRevoke))
  onRevoke!: ShareOnRevoke;

  @Field(() => Boolean, described(spec.revoked))
  revoked!: boolean;

  @Field(() => String, describedOrNull(spec.adopt))
  adopt!: string | null;
}

@ObjectType({ description: 'A namespace that has read the values of a share.' })
export class ShareConsumer {
  @Field(() => String, described(consumer.namespace))
  namespace!: string;

  @Field(() => String, described(consumer.namespaceUID))
  namespaceUID!: string;

  @Field(() => DateTime, described(consumer.since))
  since!: string;

  @Field(() => DateTime, describedOrNull(consumer.lastRead))
  lastRead!: string | null;

  @Field(() => Int, describedOrNull(consumer.version))
  version!: number | null;

  @Field(() => Int, described(consumer.imports))
  imports!: number;
}

@ObjectType({ description: 'A share of keys of a Secret with other namespaces.' })
export class SecretShare {
  @Field(() => ID, { description: idDescription })
  id!: string;

  @Field(() => String, { description: 'Namespace of the Secret.' })
  namespace!: string;

  @Field(() => String, described(share.name))
  name!: string;

  @Field(() => ShareSpecObject, {
    nullable: true,
    description: 'The spec; null if it breaks a rule.',
  })
  spec!: ShareSpecObject | null;

  @Field(() => String, {
    nullable: true,
    description: 'Validator of the spec for `ifMatch`; null in a dry run.',
  })
  etag!: string | null;

  @Field(() => String, describedOrNull(share.author))
  author!: string | null;

  @Field(() => ShareState, described(share.state))
  state!: ShareState;

  @Field(() => String, describedOrNull(share.reason))
  reason!: string | null;

  @Field(() => [ShareConsumer], described(share.consumers))
  consumers!: readonly ShareConsumer[];
}

export const SecretShareConnection = connectionOf(SecretShare, 'SecretShare');
