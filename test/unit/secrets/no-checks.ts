import type { OwnedCaller } from '../../../src/core/credential-owner.js';
import {
  type CheckedSecret,
  type CheckSubject,
  type Finding,
  type KeyGroup,
  type NamingFault,
  SecretChecks,
  type ValueMakers,
} from '../../../src/secrets/domain/secret-checks.js';

/** Checks without a schema. */
export class NoChecks extends SecretChecks {
  override loaded(): Promise<void> {
    return Promise.resolve();
  }

  override get hasOwnSchemas(): boolean {
    return false;
  }

  override schemasOf(_subject: CheckSubject): ReadonlySet<string> {
    return new Set();
  }

  override namingFaults(_subject: CheckSubject): readonly NamingFault[] {
    return [];
  }

  override groups(_subject: CheckSubject): readonly KeyGroup[] {
    return [];
  }

  override makers(_subject: CheckSubject): ValueMakers {
    return new Map();
  }

  override findings(_secret: CheckedSecret, _named?: ReadonlySet<string>): readonly Finding[] {
    return [];
  }

  override findingsFor(_caller: OwnedCaller): Promise<readonly Finding[]> {
    return Promise.resolve([]);
  }

  override count(_concerning: readonly Finding[]): void {
    // Nothing is counted.
  }
}
