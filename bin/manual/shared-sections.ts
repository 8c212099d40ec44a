import { exitStatusPage } from '../command-line/exit-status.js'
import { explainedTexts, type Section } from './supplement.js'

/** "1: it could not be done" as terms and what they mean. */
export const exitStatusSection: Section = {
  heading: 'EXIT STATUS',
  text: exitStatusPage
    .split('\n\n')
    .map((line) => {
      const [status = '', ...words] = line.split(': ')
      return explainedTexts(status, words.join(': '))
    })
    .join('\n\n'),
}

const variables = [
  explainedTexts('OVS_RUNDIR', 'where sockets and pidfiles are (default: /var/run/openvswitch)'),
  explainedTexts('OVS_DBDIR', 'where the directory vtep of journals is (default: /var/lib/openvswitch)'),
  explainedTexts('OVS_LOGDIR', 'where logs are (default: /var/log/openvswitch)'),
]

export const environmentOfDaemon: Section = {
  heading: 'ENVIRONMENT',
  text: [
    ...variables,
    explainedTexts(
      'PATH',
      'where ovs-vsctl and ovs-ofctl are; they get all variables but OVS_CTL_TIMEOUT, NODE_OPTIONS and those of systemd',
    ),
  ].join('\n\n'),
}

export const environmentOfTools: Section = {
  heading: 'ENVIRONMENT',
  text: [
    ...variables,
    explainedTexts('TZ', 'the time zone of the times that are printed and read'),
    explainedTexts('NO_COLOR', 'no colours, also on a terminal'),
  ].join('\n\n'),
}

export const positions: Section = {
  heading: 'POSITIONS',
  text: [
    'A position is an entry of the journal: what was known when that entry had been recorded.',
    explainedTexts('41', 'the entry with that number'),
    explainedTexts('HEAD', 'the last entry'),
    explainedTexts('HEAD~3', 'three entries before the last one; ~N may follow every other form, too'),
    explainedTexts(
      '03:12, 03:12:45.5',
      'the last entry before that time of day, which is before now, local time',
    ),
    explainedTexts(
      '2026-11-24T03:12, 2026-11-24T03:12Z',
      'the last entry before that time, local, or with a zone as in ISO 8601',
    ),
    explainedTexts('-10m', 'the last entry that is older than ten minutes; s, m, h and d are understood'),
    explainedTexts(
      'HEAD-10m',
      'the last entry that was recorded ten minutes before the last one, or earlier',
    ),
  ].join('\n\n'),
}
