import {
  CustomResourceFeed,
  ListedCustomResources,
} from '../../custom-resources/domain/custom-resources.js';
import { ObjectRegistry } from '../../custom-resources/domain/object-registry.js';
import { type ParsedSync, parseSync } from './sync-spec.js';

/** SecretSyncs in the cluster. */
export abstract class SecretSyncs extends ListedCustomResources {}

/** Watch of SecretSyncs. */
export abstract class SyncFeed extends CustomResourceFeed {}

/** All SecretSyncs of the served namespaces. */
export class SyncRegistry extends ObjectRegistry<ParsedSync> {
  constructor() {
    super(parseSync);
  }
}
