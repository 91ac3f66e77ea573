import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf } from '../../platform/graphql/connection.js';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { DateTime } from '../../platform/graphql/scalars/date-time.scalar.js';
import { TimeOrAge } from '../../platform/graphql/scalars/time-or-age.scalar.js';
import { TokenScope } from '../../platform/graphql/token-scope.object.js';
import { auditCountsSchema, auditEventSchema } from '../audit-event.schema.js';
import { auditFilterSchema } from '../audit.operations.js';
import { AuditPlane, AuditSource, Outcome } from './audit.enums.js';

const { shape: event } = auditEventSchema;
const { shape: filter } = auditFilterSchema;
const { shape: counts } = auditCountsSchema;
const { shape: counted } = counts.items.element;

@ObjectType({ description: 'An entry of the audit trail: names, never values.' })
export class AuditEvent {
  @Field(() => ID, described(event.id))
  id!: string;

  @Field(() => DateTime, described(event.time))
  time!: string;

  @Field(() => String, described(event.user))
  user!: string;

  @Field(() => [String], described(event.groups))
  groups!: readonly string[];

  @Field(() => String, describedOrNull(event.credentialId))
  credentialId?: string | null;

  @Field(() => String, described(event.action))
  action!: string;

  @Field(() => Outcome, described(event.outcome))
  outcome!: Outcome;

  @Field(() => Int, described(event.code))
  code!: number;

  @Field(() => String, describedOrNull(event.namespace))
  namespace?: string | null;

  @Field(() => String, describedOrNull(event.secret))
  secret?: string | null;

  @Field(() => [String], described(event.keys))
  keys!: readonly string[];

  @Field(() => [String], describedOrNull(event.pointers))
  pointers?: readonly string[] | null;

  @Field(() => Int, describedOrNull(event.version))
  version?: number | null;

  @Field(() => AuditSource, described(event.source))
  source!: AuditSource;

  @Field(() => String, describedOrNull(event.sourceIp))
  sourceIp?: string | null;

  @Field(() => String, describedOrNull(event.userAgent))
  userAgent?: string | null;

  @Field(() => AuditPlane, described(event.plane))
  plane!: AuditPlane;

  @Field(() => [String], described(event.marks))
  marks!: readonly string[];

  @Field(() => String, describedOrNull(event.reason))
  reason?: string | null;

  @Field(() => ID, describedOrNull(event.parentId))
  parentId?: string | null;

  @Field(() => ID, described(event.auditId))
  auditId!: string;

  @Field(() => String, describedOrNull(event.decisionReason))
  decisionReason?: string | null;

  @Field(() => Int, describedOrNull(event.count))
  count?: number | null;

  @Field(() => Int, describedOrNull(event.unreadable))
  unreadable?: number | null;

  @Field(() => String, describedOrNull(event.onBehalfOf))
  onBehalfOf?: string | null;

  @Field(() => String, describedOrNull(event.impersonatedUser))
  impersonatedUser?: string | null;

  @Field(() => String, describedOrNull(event.requested))
  requested?: string | null;

  @Field(() => ID, describedOrNull(event.tokenId))
  tokenId?: string | null;

  @Field(() => String, describedOrNull(event.tokenDescription))
  tokenDescription?: string | null;

  @Field(() => String, describedOrNull(event.tokenOwner))
  tokenOwner?: string | null;

  @Field(() => ID, describedOrNull(event.token))
  token?: string | null;

  @Field(() => String, describedOrNull(event.actsAs))
  actsAs?: string | null;

  @Field(() => DateTime, describedOrNull(event.tokenExpiresAt))
  tokenExpiresAt?: string | null;

  @Field(() => TokenScope, describedOrNull(event.tokenScope))
  tokenScope?: TokenScope | null;

  @Field(() => Int, describedOrNull(event.tokenScopeCount))
  tokenScopeCount?: number | null;

  @Field(() => ID, describedOrNull(event.rotationRun))
  rotationRun?: string | null;

  @Field(() => String, describedOrNull(event.rotationStep))
  rotationStep?: string | null;

  @Field(() => String, describedOrNull(event.rotationState))
  rotationState?: string | null;

  @Field(() => String, describedOrNull(event.rotationReason))
  rotationReason?: string | null;
}

export const AuditEventConnection = connectionOf(AuditEvent, 'AuditEvent');

@ObjectType({ description: 'A value of a dimension, and the number of its events.' })
export class AuditCount {
  @Field(() => String, described(counted.value))
  value!: string;

  @Field(() => Int, described(counted.count))
  count!: number;
}

@ObjectType({ description: 'Numbers of events by one of their facts.' })
export class AuditCounts {
  @Field(() => [AuditCount], described(counts.items))
  items!: readonly AuditCount[];

  @Field(() => Int, describedOrNull(counts.remainingItemCount))
  remainingItemCount?: number | null;
}

@InputType({ description: 'Facts of events. All that are given must match.' })
export class AuditEventFilter {
  @Field(() => ID, describedOrNull(filter.auditId))
  auditId?: string | null;

  @Field(() => String, describedOrNull(filter.namespace))
  namespace?: string | null;

  @Field(() => String, describedOrNull(filter.secret))
  secret?: string | null;

  @Field(() => String, describedOrNull(filter.key))
  key?: string | null;

  @Field(() => String, describedOrNull(filter.user))
  user?: string | null;

  @Field(() => String, describedOrNull(filter.group))
  group?: string | null;

  @Field(() => String, describedOrNull(filter.credential))
  credentialId?: string | null;

  @Field(() => [String], describedOrNull(filter.action))
  action?: string[] | null;

  @Field(() => Outcome, describedOrNull(filter.outcome))
  outcome?: Outcome | null;

  @Field(() => Int, describedOrNull(filter.code))
  code?: number | null;

  @Field(() => AuditSource, describedOrNull(filter.source))
  source?: AuditSource | null;

  @Field(() => String, describedOrNull(filter.sourceIp))
  sourceIp?: string | null;

  @Field(() => AuditPlane, describedOrNull(filter.plane))
  plane?: AuditPlane | null;

  @Field(() => String, describedOrNull(filter.mark))
  mark?: string | null;

  @Field(() => TimeOrAge, describedOrNull(filter.since))
  since?: string | null;

  @Field(() => TimeOrAge, describedOrNull(filter.until))
  until?: string | null;
}
