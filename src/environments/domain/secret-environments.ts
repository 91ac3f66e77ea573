import { ListedCustomResources } from '../../custom-resources/domain/custom-resources.js';

/** SecretEnvironments of the cluster. */
export abstract class SecretEnvironments extends ListedCustomResources {}
