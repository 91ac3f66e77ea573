import { Field, ID, ObjectType } from '@nestjs/graphql';
import { connectionOf } from '../../platform/graphql/connection.js';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { idDescription } from '../../platform/graphql/object-id.js';
import { DateTime } from '../../platform/graphql/scalars/date-time.scalar.js';
import { offeredShareSchema } from '../offered-shares.schemas.js';
import { ImportSource } from './import.objects.js';
import { OfferedSubjects, ShareDelivery } from './sharing.enums.js';

const { shape: offer } = offeredShareSchema;

@ObjectType('OfferedShare', { description: 'A share that is offered to the caller.' })
export class OfferedShareObject {
  @Field(() => ID, { description: idDescription })
  id!: string;

  @Field(() => ImportSource, described(offer.from))
  from!: ImportSource;

  @Field(() => [String], described(offer.keys))
  keys!: readonly string[];

  @Field(() => DateTime, describedOrNull(offer.expiresAt))
  expiresAt!: string | null;

  @Field(() => [ShareDelivery], described(offer.delivery))
  delivery!: readonly ShareDelivery[];

  @Field(() => OfferedSubjects, described(offer.subjects))
  subjects!: OfferedSubjects;
}

export const OfferedShareConnection = connectionOf(OfferedShareObject, 'OfferedShare');
