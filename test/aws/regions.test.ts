import { expect, test } from 'vitest';
import { checkRegion, isKnownRegion, nearestRegion, partitionOfRegion, regionsOf } from '../../src/aws/regions.ts';

test('the Regions that every account has, by partition', () => {
  expect(regionsOf('aws')).toHaveLength(17);
  expect(regionsOf('aws')).not.toContain('me-south-1');
  expect(regionsOf('aws-cn')).toEqual(['cn-north-1', 'cn-northwest-1']);
  expect(regionsOf('aws-us-gov')).toEqual(['us-gov-east-1', 'us-gov-west-1']);
  expect(regionsOf('aws-nowhere')).toEqual([]);
});

test.each([
  ['eu-west-1', 'aws'],
  ['mx-central-1', 'aws'],
  ['cn-northwest-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['eusc-de-east-1', 'aws-eusc'],
  ['us-east-9', 'aws'],
  ['cn-north-2', 'aws-cn'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['us-esat-1', undefined],
  ['us-east', undefined],
  ['aws-global', undefined],
])('%s lies in %s', (region, partition) => {
  expect(partitionOfRegion(region)).toBe(partition);
});

test.each([
  ['us-esat-1', 'us-east-1'],
  ['eu-wset-3', 'eu-west-3'],
  ['eu-centrl-1', 'eu-central-1'],
  ['useast1', 'us-east-1'],
  ['ap-southheast-2', 'ap-southeast-2'],
  ['us-gov-wets-1', 'us-gov-west-1'],
  ['EU-NORTH-1', 'eu-north-1'],
])('"%s" looks most like %s', (text, region) => {
  expect(nearestRegion(text)).toBe(region);
});

test('known means listed', () => {
  expect(isKnownRegion('il-central-1')).toBe(true);
  expect(isKnownRegion('us-east-9')).toBe(false);
  expect(isKnownRegion('toString')).toBe(false);
});

test('a Region is refused in one line that names the nearest; a new number of a known one passes', () => {
  expect(() => checkRegion('us-esat-1')).toThrow('there is no Region "us-esat-1"; the nearest is us-east-1');
  expect(() => checkRegion('evil.example/')).toThrow('"evil.example/" is no Region: write one like us-east-1');
  for (const region of ['eu-west-1', 'ap-southeast-6', 'us-isof-south-1']) checkRegion(region);
});
