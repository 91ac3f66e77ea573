import type { RotationParts } from './rotation-parts.js';
import { PolicyDoor } from './policy-door.js';
import { RunDoor } from './run-door.js';

/** The only door to rotations: policies, and what is done by them. */
export class RotationsService {
  readonly policies: PolicyDoor;
  readonly runs: RunDoor;

  constructor(parts: RotationParts) {
    this.policies = new PolicyDoor(parts);
    this.runs = new RunDoor(parts);
  }
}
