import type { RedactionProfile } from '../incident-view.ts';

/** What a report says about how it was redacted. */
export const redactionWords: { readonly [Profile in RedactionProfile]: string } = {
  none: 'none: names stand as they are; what looks like a secret is masked',
  share:
    'share: account ids, addresses, keys and names are pseudonyms, the same for the same value throughout; free text is redacted where it holds names that records hold, so read it before you share; what looks like a secret is masked',
  public:
    'public: account ids, addresses, keys and names are pseudonyms, the same for the same value throughout; ids of events and requests too; free text, user agents, inputs of calls, and hashes of records, files and plans are left out',
};
