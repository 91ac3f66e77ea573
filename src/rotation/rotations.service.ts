import { Injectable } from '@nestjs/common';
import { RotationDependencies } from './rotation.dependencies.js';
import { PolicyDoor } from './policy-door.js';
import { RunDoor } from './run-door.js';

/** The only door to rotations: policies, and what is done by them. */
@Injectable()
export class RotationsService {
  readonly policies: PolicyDoor;
  readonly runs: RunDoor;

  constructor(parts: RotationDependencies) {
    this.policies = new PolicyDoor(parts);
    this.runs = new RunDoor(parts);
  }
}
