import type { CustomResource } from '../../custom-resources/domain/custom-resource.js';
import { CustomResources } from '../../custom-resources/domain/custom-resources.js';
import type { StoreCall } from '../../secrets/domain/secret.store.js';

/** Page of environments, in the order of the API server. */
export interface EnvironmentPage {
  readonly items: readonly CustomResource[];
  /** Cursor of the API server for the next page. */
  readonly continue?: string;
}

/** SecretEnvironments of the cluster. */
export abstract class SecretEnvironments extends CustomResources {
  /** Lists the environments of a namespace. Throws as the other methods; Gone for an old cursor. */
  abstract list(
    call: StoreCall,
    namespace: string,
    page: { readonly limit: number; readonly continue?: string | undefined },
  ): Promise<EnvironmentPage>;
}
