import type { CustomResourceKind } from '../../custom-resources/domain/custom-resource.js';
import {
  CustomResourceFeed,
  CustomResources,
} from '../../custom-resources/domain/custom-resources.js';

export const rotationKind: CustomResourceKind = {
  kind: 'SecretRotation',
  resource: 'secretrotations',
};

/** SecretRotations in the cluster. */
export abstract class RotationPolicies extends CustomResources {}

/** Watch of SecretRotations. */
export abstract class PolicyFeed extends CustomResourceFeed {}
