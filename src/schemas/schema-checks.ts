import type { Clock } from '../core/clock.js';
import type { Randomness } from '../core/randomness.js';
import type { SecretValue } from '../core/secret-value.js';
import { makeSingleValue } from '../rotation/domain/generated/make-single-value.js';
import type { SingleValueGenerator } from '../rotation/domain/rotation-spec.js';
import {
  type CheckCaller,
  type CheckedSecret,
  type CheckSubject,
  type Finding,
  type KeyGroup,
  type NamingFault,
  SecretChecks,
  type ValueMakers,
} from '../secrets/domain/secret-checks.js';
import type { CheckPace } from './check-pace.js';
import { checkSecret } from './domain/check-secret.js';
import { CheckTime } from './domain/check-time.js';
import { keyGroups } from './domain/key-groups.js';
import { schemaGenerators } from './domain/schema-generators.js';
import { SchemaIndex } from './domain/schema-index.js';
import type { SchemaRegistry } from './domain/schema-registry.js';
import { SecretContents } from './domain/secret-contents.js';
import type { SchemaFeed } from './domain/secret-schemas.js';
import { isCheckedType, typeFindings, typeGroups } from './domain/type-findings.js';

export interface SchemaChecksDependencies {
  readonly registry: Pick<SchemaRegistry, 'all' | 'ready'>;
  readonly feed: Pick<SchemaFeed, 'loaded'>;
  readonly clock: Clock;
  readonly pace: Pick<CheckPace, 'run'>;
  readonly randomness: Randomness;
  /** Called with the violations of each write that was refused or warned. */
  readonly onViolations: (concerning: readonly Finding[]) => void;
}

/** Checks of Secrets by their types, and by schemas: built-in, of the cluster, of a namespace. */
export class SchemaChecks extends SecretChecks {
  readonly #parts: SchemaChecksDependencies;
  readonly #index: SchemaIndex;

  constructor(parts: SchemaChecksDependencies) {
    super();
    this.#parts = parts;
    this.#index = new SchemaIndex(parts.registry);
  }

  override async loaded(): Promise<void> {
    await this.#parts.feed.loaded();
    await this.#parts.registry.ready();
  }

  override get hasOwnSchemas(): boolean {
    return !this.#index.isEmpty;
  }

  override schemasOf(subject: CheckSubject): ReadonlySet<string> {
    const names = this.#index.of(subject).map(({ name }) => name);
    return new Set(isCheckedType(subject.type) ? [subject.type, ...names] : names);
  }

  override namingFaults(subject: CheckSubject): readonly NamingFault[] {
    return this.#index.namingFaults(subject);
  }

  override groups(subject: CheckSubject): readonly KeyGroup[] {
    return [...typeGroups(subject.type), ...this.#index.of(subject).flatMap(keyGroups)];
  }

  override makers(subject: CheckSubject): ValueMakers {
    const generators = [...schemaGenerators(this.#index.of(subject))];
    return new Map(generators.map(([key, one]) => [key, () => this.#made(key, one)]));
  }

  override findings(secret: CheckedSecret, named?: ReadonlySet<string>): readonly Finding[] {
    const nowMs = this.#parts.clock.nowMs();
    const contents = new SecretContents(secret.data);
    // Read before time is taken: the index may compile schemas.
    const applying = [this.#index.ofCluster(secret), this.#index.ofNamespace(secret)];
    const ofType = isCheckedType(secret.type) ? typeFindings(secret) : [];
    const ofSchemas = applying.flatMap((schemas) => {
      // No author of one namespace takes the time of the schemas of the cluster.
      const facts = { nowMs, time: new CheckTime(), named, contents };
      return schemas.flatMap((rules) => checkSecret(rules, secret, facts));
    });
    return [...ofType, ...ofSchemas];
  }

  override findingsFor(
    caller: CheckCaller,
    secret: CheckedSecret,
    named?: ReadonlySet<string>,
  ): Promise<readonly Finding[]> {
    return this.#parts.pace.run(caller, () => this.findings(secret, named));
  }

  override count(concerning: readonly Finding[]): void {
    if (concerning.length > 0) this.#parts.onViolations(concerning);
  }

  #made(key: string, generator: SingleValueGenerator): SecretValue {
    const value = makeSingleValue(generator, this.#parts.randomness);
    // A schema whose generators could fail is not used: see compileSchema.
    if (value === undefined) throw new Error(`the generator of the key ${key} made no value`);
    return value;
  }
}
