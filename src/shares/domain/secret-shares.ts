import {
  CustomResourceFeed,
  CustomResources,
} from '../../custom-resources/domain/custom-resources.js';
import { ObjectRegistry } from '../../custom-resources/domain/object-registry.js';
import { type ParsedShare, parseShare } from './share-spec.js';

/** SecretShares in the cluster. */
export abstract class SecretShares extends CustomResources {}

/** Watch of SecretShares. */
export abstract class ShareFeed extends CustomResourceFeed {}

/** All SecretShares of the served namespaces. */
export class ShareRegistry extends ObjectRegistry<ParsedShare> {
  constructor() {
    super(parseShare);
  }
}
