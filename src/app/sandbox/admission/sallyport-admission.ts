import type { AdmissionPlugin } from '@sallyport/kube-sandbox/admission';
import { denyImportWithoutRights } from './import-rights.js';
import { importCauses } from './import-rules.js';
import { denyWithoutRights } from './rotation-rights.js';
import { rotationCauses } from './rotation-rules.js';
import { denySchemaWithoutRights } from './schema-rights.js';
import { schemaCauses } from './schema-rules.js';
import { denyShareWithoutRights } from './share-rights.js';
import { shareCauses } from './share-rules.js';
import { storeCauses } from './store-rules.js';
import { denySyncWithoutRights } from './sync-rights.js';
import { syncCauses } from './sync-rules.js';
import { stampAuthor } from './spec-author.js';

const group = 'sallyport.dev';

/** Rules of `deploy/crds` and `deploy/rbac/policies` for the custom resources, without CEL. */
export const admissionPlugins: readonly AdmissionPlugin[] = [
  {
    group,
    resource: 'secretrotations',
    rules: rotationCauses,
    mutate: stampAuthor,
    deny: denyWithoutRights,
  },
  {
    group,
    resource: 'secretshares',
    rules: shareCauses,
    mutate: stampAuthor,
    deny: denyShareWithoutRights,
  },
  {
    group,
    resource: 'secretschemas',
    rules: schemaCauses,
    deny: denySchemaWithoutRights,
  },
  {
    group,
    resource: 'localsecretschemas',
    rules: schemaCauses,
    deny: denySchemaWithoutRights,
  },
  {
    group,
    resource: 'secretimports',
    rules: importCauses,
    mutate: stampAuthor,
    deny: denyImportWithoutRights,
  },
  { group, resource: 'externalstores', rules: storeCauses },
  {
    group,
    resource: 'secretsyncs',
    rules: syncCauses,
    mutate: stampAuthor,
    deny: denySyncWithoutRights,
  },
];
