// Written by npm run generate
// biome-ignore-all assist/source/organizeImports: in order of ids
import type { AlertFormat } from '../alert.ts';
import awsHealth from './aws-health.ts';
import cloudtrail from './cloudtrail.ts';
import guardduty from './guardduty.ts';
import ocsf from './ocsf.ts';
import securityHubAsff from './security-hub-asff.ts';

/** Every format of alerts, sorted by file name; no two take the same object. */
export const alertFormats: readonly AlertFormat[] = [awsHealth, cloudtrail, guardduty, ocsf, securityHubAsff].flat();
