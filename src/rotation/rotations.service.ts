import { Injectable } from '@nestjs/common';
import { RotationDependencies } from './rotation.dependencies.js';
import { RotationPolicyService } from './rotation-policy.service.js';
import { RotationRunService } from './rotation-run.service.js';

/** Service of rotations: policies and their runs. */
@Injectable()
export class RotationsService {
  readonly policies: RotationPolicyService;
  readonly runs: RotationRunService;

  constructor(parts: RotationDependencies) {
    this.policies = new RotationPolicyService(parts);
    this.runs = new RotationRunService(parts);
  }
}
