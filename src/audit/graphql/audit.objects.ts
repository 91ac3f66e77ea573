import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { PageInfo } from '../../platform/graphql/page.objects.js';
import { DateTime } from '../../platform/graphql/scalars/date-time.scalar.js';
import { TokenScope } from '../../platform/graphql/token-scope.object.js';

export const AuditSource = { GATEWAY: 'gateway', CLUSTER: 'cluster' } as const;
export const AuditPlane = {
  CALLER: 'caller',
  BROKER: 'broker',
  SELF: 'self',
  NONE: 'none',
} as const;
export const Outcome = {
  ALLOWED: 'allowed',
  DENIED: 'denied',
  FAILED: 'failed',
  UNKNOWN: 'unknown',
} as const;
registerEnumType(AuditSource, { name: 'AuditSource' });
registerEnumType(AuditPlane, { name: 'AuditPlane' });
registerEnumType(Outcome, { name: 'Outcome' });

type Value<T> = T[keyof T];

@ObjectType()
export class AuditEvent {
  @Field(() => ID)
  id!: string;

  @Field(() => DateTime)
  time!: string;

  @Field(() => String)
  user!: string;

  @Field(() => [String])
  groups!: readonly string[];

  @Field(() => String, { nullable: true })
  credentialId?: string | null;

  @Field(() => String)
  action!: string;

  @Field(() => Outcome)
  outcome!: Value<typeof Outcome>;

  @Field(() => Int)
  code!: number;

  @Field(() => String, { nullable: true })
  namespace?: string | null;

  @Field(() => String, { nullable: true })
  secret?: string | null;

  @Field(() => [String])
  keys!: readonly string[];

  @Field(() => Int, { nullable: true })
  version?: number | null;

  @Field(() => AuditSource)
  source!: Value<typeof AuditSource>;

  @Field(() => String, { nullable: true })
  sourceIp?: string | null;

  @Field(() => String, { nullable: true })
  userAgent?: string | null;

  @Field(() => AuditPlane)
  plane!: Value<typeof AuditPlane>;

  @Field(() => [String])
  marks!: readonly string[];

  @Field(() => String, { nullable: true })
  reason?: string | null;

  @Field(() => ID, { nullable: true })
  parentId?: string | null;

  @Field(() => ID, { description: 'The auditId of an error, and the Audit-ID of an answer' })
  auditId!: string;

  @Field(() => String, { nullable: true, description: "The authoriser's words" })
  decisionReason?: string | null;

  @Field(() => Int, { nullable: true, description: 'Calls that an aggregate tells of' })
  count?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Events of a batch of the cluster that could not be read',
  })
  unreadable?: number | null;

  @Field(() => String, { nullable: true, description: 'Whom the gateway acted for by itself' })
  onBehalfOf?: string | null;

  @Field(() => String, { nullable: true, description: 'As whom the user acted' })
  impersonatedUser?: string | null;

  @Field(() => String, { nullable: true, description: 'Of a request of kubectl: verb and object' })
  requested?: string | null;

  @Field(() => ID, { nullable: true, description: 'Of the token that the call came with' })
  tokenId?: string | null;

  @Field(() => String, { nullable: true })
  tokenDescription?: string | null;

  @Field(() => String, { nullable: true, description: 'Who minted it' })
  tokenOwner?: string | null;

  @Field(() => ID, { nullable: true, description: 'The token that was minted or revoked' })
  token?: string | null;

  @Field(() => String, { nullable: true })
  actsAs?: string | null;

  @Field(() => DateTime, { nullable: true })
  tokenExpiresAt?: string | null;

  @Field(() => TokenScope, { nullable: true })
  tokenScope?: TokenScope | null;

  @Field(() => Int, { nullable: true, description: 'Where not all entries are listed' })
  tokenScopeCount?: number | null;

  @Field(() => ID, { nullable: true, description: 'Run of a rotation' })
  rotationRun?: string | null;

  @Field(() => String, { nullable: true })
  rotationStep?: string | null;

  @Field(() => String, { nullable: true })
  rotationState?: string | null;

  @Field(() => String, { nullable: true, description: 'Why it does not go on' })
  rotationReason?: string | null;
}

@ObjectType()
export class AuditEventEdge {
  @Field(() => String)
  cursor!: string;

  @Field(() => AuditEvent)
  node!: AuditEvent;
}

@ObjectType()
export class AuditEventConnection {
  @Field(() => [AuditEvent])
  nodes!: readonly AuditEvent[];

  @Field(() => [AuditEventEdge])
  edges!: readonly AuditEventEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType()
export class AuditCount {
  @Field(() => String)
  value!: string;

  @Field(() => Int)
  count!: number;
}

@InputType()
export class AuditEventFilter {
  @Field(() => ID, { nullable: true })
  auditId?: string | null;

  @Field(() => String, { nullable: true })
  namespace?: string | null;

  @Field(() => String, { nullable: true })
  secret?: string | null;

  @Field(() => String, { nullable: true })
  key?: string | null;

  @Field(() => String, { nullable: true })
  user?: string | null;

  @Field(() => String, { nullable: true })
  group?: string | null;

  @Field(() => String, { nullable: true })
  credentialId?: string | null;

  @Field(() => [String], { nullable: true })
  action?: string[] | null;

  @Field(() => Outcome, { nullable: true })
  outcome?: Value<typeof Outcome> | null;

  @Field(() => Int, { nullable: true })
  code?: number | null;

  @Field(() => AuditSource, { nullable: true })
  source?: Value<typeof AuditSource> | null;

  @Field(() => String, { nullable: true })
  sourceIp?: string | null;

  @Field(() => AuditPlane, { nullable: true })
  plane?: Value<typeof AuditPlane> | null;

  @Field(() => String, { nullable: true })
  mark?: string | null;

  @Field(() => DateTime, { nullable: true })
  since?: string | null;

  @Field(() => DateTime, { nullable: true })
  until?: string | null;
}
