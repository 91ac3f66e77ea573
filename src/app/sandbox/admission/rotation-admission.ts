import type { AdmissionPlugin } from '../../../sandbox/admission/admission-plugin.js';
import { stampAuthor } from './rotation-author.js';
import { denyWithoutRights } from './rotation-rights.js';
import { rotationCauses } from './rotation-rules.js';

/** What `deploy/crds` and `deploy/rbac/policies` say of SecretRotations in CEL, for the sandbox. */
export const admissionPlugins: readonly AdmissionPlugin[] = [
  {
    group: 'sallyport.dev',
    resource: 'secretrotations',
    rules: rotationCauses,
    mutate: stampAuthor,
    deny: denyWithoutRights,
  },
];
