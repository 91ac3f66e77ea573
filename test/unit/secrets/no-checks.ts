import {
  type CheckSubject,
  type Finding,
  SecretChecks,
} from '../../../src/secrets/domain/secret-checks.js';

/** Checks without a schema. */
export class NoChecks extends SecretChecks {
  override loaded(): Promise<void> {
    return Promise.resolve();
  }

  override schemasOf(_subject: CheckSubject): ReadonlySet<string> {
    return new Set();
  }

  override findings(): readonly Finding[] {
    return [];
  }

  override count(_concerning: readonly Finding[]): void {
    // Nothing is counted.
  }
}
