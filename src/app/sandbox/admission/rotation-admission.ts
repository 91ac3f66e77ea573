import type { AdmissionPlugin } from '@sallyport/kube-sandbox/admission';
import { stampAuthor } from './rotation-author.js';
import { denyWithoutRights } from './rotation-rights.js';
import { rotationCauses } from './rotation-rules.js';

/** Rules of `deploy/crds` and `deploy/rbac/policies` for SecretRotations, without CEL. */
export const admissionPlugins: readonly AdmissionPlugin[] = [
  {
    group: 'sallyport.dev',
    resource: 'secretrotations',
    rules: rotationCauses,
    mutate: stampAuthor,
    deny: denyWithoutRights,
  },
];
