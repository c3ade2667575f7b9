/**
 * Due dates, a row each: zone | calendar | modes | rule | lent | due | explanation | why this row is here. Calendars
 * and the writing of rules are in `due-date-rows.ts`. Checked by hand, row by row.
 */
export const dueDateTable = `
# length: days, weeks, hours; the default
Berlin | none | ignore | 21 days | 2026-11-21 10:04 | 2026-12-12 23:59:59 +01:00 | 21 days by rule 4 | a day loan ends at the end of its day
Berlin | none | ignore | 1 day | 2026-11-21 10:04 | 2026-11-22 23:59:59 +01:00 | 1 day by rule 4 | one day is tomorrow, not 24 hours
Berlin | none | ignore | 1 day | 2026-11-21 23:59 | 2026-11-22 23:59:59 +01:00 | 1 day by rule 4 | a minute before midnight it is still tomorrow
Berlin | none | ignore | 1 day | 2026-11-21 00:00 | 2026-11-22 23:59:59 +01:00 | 1 day by rule 4 | at midnight the new day counts
Berlin | none | ignore | 1 week | 2026-11-21 10:04 | 2026-11-28 23:59:59 +01:00 | 7 days by rule 4 | a week is 7 days
Berlin | none | ignore | 2 weeks | 2026-11-21 10:04 | 2026-12-05 23:59:59 +01:00 | 14 days by rule 4 | weeks are counted as days
Berlin | none | ignore | 14 days | 2026-12-20 10:04 | 2027-01-03 23:59:59 +01:00 | 14 days by rule 4 | into the next year, which is then said
Berlin | none | ignore | 365 days | 2026-11-21 10:04 | 2027-11-21 23:59:59 +01:00 | 365 days by rule 4 | a long loan
Berlin | none | ignore | 3650 days | 2026-11-21 10:04 | 2036-11-18 23:59:59 +01:00 | 3650 days by rule 4 | the longest loan
Berlin | none | ignore | 2 hours | 2026-11-21 10:04 | 2026-11-21 12:04:00 +01:00 | 2 hours by rule 4 | an hourly loan keeps the minute
Berlin | none | ignore | 24 hours | 2026-11-21 10:04 | 2026-11-22 10:04:00 +01:00 | 24 hours by rule 4 | 24 hours are not one day: the minute is kept
Berlin | none | ignore | 2 hours | 2026-11-21 23:00 | 2026-11-22 01:00:00 +01:00 | 2 hours by rule 4 | without hours nothing closes: it passes midnight
Berlin | none | ignore | no rule | 2026-11-21 10:04 | 2026-12-12 23:59:59 +01:00 | 21 days, as no rule fits | no rule fits: 21 days
Berlin | week | push | no rule | 2026-11-22 10:04 | 2026-12-15 23:59:59 +01:00 | 21 days, as no rule fits; Sun 13 Dec is closed, moved to Tue 15 Dec | the default is pushed to an open day like any other
UTC | none | ignore | 7 days | 2026-11-21 10:04 | 2026-11-28 23:59:59 +00:00 | 7 days by rule 4 | a zone without daylight saving
Kolkata | none | ignore | 7 days | 2026-11-21 10:04 | 2026-11-28 23:59:59 +05:30 | 7 days by rule 4 | a zone half an hour off
# leap day
Berlin | none | ignore | 1 day | 2028-02-28 10:00 | 2028-02-29 23:59:59 +01:00 | 1 day by rule 4 | due on the leap day
Berlin | none | ignore | 21 days | 2028-02-08 10:00 | 2028-02-29 23:59:59 +01:00 | 21 days by rule 4 | 21 days reach the leap day
Berlin | none | ignore | 2 days | 2028-02-28 10:00 | 2028-03-01 23:59:59 +01:00 | 2 days by rule 4 | two days step over the leap day
Berlin | none | ignore | 2 days | 2027-02-27 10:00 | 2027-03-01 23:59:59 +01:00 | 2 days by rule 4 | no leap day in 2027
Berlin | none | ignore | 366 days | 2028-02-29 10:00 | 2029-03-01 23:59:59 +01:00 | 366 days by rule 4 | a year from the leap day
Berlin | none | ignore | 24 hours | 2028-02-28 12:00 | 2028-02-29 12:00:00 +01:00 | 24 hours by rule 4 | hours into the leap day
Berlin | week | skip | 3 days | 2028-02-25 10:00 | 2028-03-01 23:59:59 +01:00 | 3 days by rule 4; closed and not counted: Sun 27 Feb to Mon 28 Feb | open days around a leap day: Sun and Mon are closed
# closed days ignored
Berlin | week | ignore | 21 days | 2026-11-22 10:04 | 2026-12-13 23:59:59 +01:00 | 21 days by rule 4 | closed Sunday and Monday mean nothing
Berlin | week | ignore | 1 day | 2026-11-21 10:04 | 2026-11-22 23:59:59 +01:00 | 1 day by rule 4 | due on a closed Sunday
Berlin | feast | ignore | 7 days | 2026-12-18 10:04 | 2026-12-25 23:59:59 +01:00 | 7 days by rule 4 | due on a holiday
# closed days pushed
Berlin | week | push | 21 days | 2026-11-24 10:04 | 2026-12-15 23:59:59 +01:00 | 21 days by rule 4 | an open day stays
Berlin | week | push | 21 days | 2026-11-22 10:04 | 2026-12-15 23:59:59 +01:00 | 21 days by rule 4; Sun 13 Dec is closed, moved to Tue 15 Dec | a closed Sunday goes to Tuesday
Berlin | week | push | 21 days | 2026-11-23 10:04 | 2026-12-15 23:59:59 +01:00 | 21 days by rule 4; Mon 14 Dec is closed, moved to Tue 15 Dec | a closed Monday goes to Tuesday
Berlin | week | push | 1 day | 2026-11-21 10:04 | 2026-11-24 23:59:59 +01:00 | 1 day by rule 4; Sun 22 Nov is closed, moved to Tue 24 Nov | Saturday's 1-day loan comes back on Tuesday
Berlin | week | push | 7 days | 2026-11-21 10:04 | 2026-11-28 23:59:59 +01:00 | 7 days by rule 4 | a week later it is open
Berlin | feast | push | 7 days | 2026-12-18 10:04 | 2027-01-02 23:59:59 +01:00 | 7 days by rule 4; Fri 25 Dec is closed (Winter holidays), moved to Sat 2 Jan 2027 | through the winter holidays into the next year
Berlin | feast | push | 21 days | 2026-12-04 10:04 | 2027-01-02 23:59:59 +01:00 | 21 days by rule 4; Fri 25 Dec is closed (Winter holidays), moved to Sat 2 Jan 2027 | Christmas is closed
Berlin | feast | push | 21 days | 2026-12-12 10:04 | 2027-01-02 23:59:59 +01:00 | 21 days by rule 4 | behind the holidays it is open
Berlin | feast | push | 14 days | 2026-04-17 10:04 | 2026-05-02 23:59:59 +02:00 | 14 days by rule 4; Fri 1 May is closed (May Day), moved to Sat 2 May | May Day is a Friday: to Saturday
Berlin | feast | push | 1 day | 2026-04-30 10:04 | 2026-05-02 23:59:59 +02:00 | 1 day by rule 4; Fri 1 May is closed (May Day), moved to Sat 2 May | the day before May Day
Berlin | feast | push | 3 days | 2026-03-31 10:04 | 2026-04-03 23:59:59 +02:00 | 3 days by rule 4 | closed from noon on is still open that day
Berlin | daily | push | 21 days | 2026-11-21 10:04 | 2026-12-12 23:59:59 +01:00 | 21 days by rule 4 | no closed weekday at all
Berlin | shut | push | 21 days | 2026-11-21 10:04 | 2026-12-12 23:59:59 +01:00 | 21 days by rule 4; Sat 12 Dec is closed, but no open day is known | every day is closed: nothing to push to, no loop
Berlin | wrong | push | 3 days | 2026-11-21 10:04 | 2026-11-24 23:59:59 +01:00 | 3 days by rule 4 | a day with wrong hours is open
Berlin | wrong | push | 1 day | 2026-11-21 10:04 | 2026-11-23 23:59:59 +01:00 | 1 day by rule 4; Sun 22 Nov is closed, moved to Mon 23 Nov | 00:00 to 00:00 is closed
Berlin | partial | push | 7 days | 2026-11-23 10:04 | 2026-11-30 23:59:59 +01:00 | 7 days by rule 4 | weekdays without a row are closed
Berlin | partial | push | 4 days | 2026-11-23 10:04 | 2026-11-30 23:59:59 +01:00 | 4 days by rule 4; Fri 27 Nov is closed, moved to Mon 30 Nov | from Friday without a row to Monday
Berlin | closings | push | 21 days | 2026-12-04 10:04 | 2027-01-02 23:59:59 +01:00 | 21 days by rule 4; Fri 25 Dec is closed (Winter holidays), moved to Sat 2 Jan 2027 | closed days without hours
Berlin | closings | push | 21 days | 2026-11-22 10:04 | 2026-12-13 23:59:59 +01:00 | 21 days by rule 4 | without hours a Sunday is open
NewYork | week | push | 21 days | 2026-11-22 10:04 | 2026-12-15 23:59:59 -05:00 | 21 days by rule 4; Sun 13 Dec is closed, moved to Tue 15 Dec | the same in another zone
Kolkata | week | push | 21 days | 2026-11-22 10:04 | 2026-12-15 23:59:59 +05:30 | 21 days by rule 4; Sun 13 Dec is closed, moved to Tue 15 Dec | and where the UTC day is another
# open days counted
Berlin | week | skip | 5 days | 2026-11-24 10:04 | 2026-12-01 23:59:59 +01:00 | 5 days by rule 4; closed and not counted: Sun 29 Nov to Mon 30 Nov | five open days skip Sunday and Monday
Berlin | week | skip | 4 days | 2026-11-24 10:04 | 2026-11-28 23:59:59 +01:00 | 4 days by rule 4 | four open days need no skip
Berlin | week | skip | 1 day | 2026-11-21 10:04 | 2026-11-24 23:59:59 +01:00 | 1 day by rule 4; closed and not counted: Sun 22 Nov to Mon 23 Nov | the next open day
Berlin | week | skip | 21 days | 2026-11-21 10:04 | 2026-12-22 23:59:59 +01:00 | 21 days by rule 4; closed and not counted: Sun 22 Nov to Mon 23 Nov, Sun 29 Nov to Mon 30 Nov, Sun 6 Dec to Mon 7 Dec, Sun 13 Dec to Mon 14 Dec, Sun 20 Dec to Mon 21 Dec | several closed weekends, each named
Berlin | week | skip | 1 week | 2026-11-24 10:04 | 2026-12-03 23:59:59 +01:00 | 7 days by rule 4; closed and not counted: Sun 29 Nov to Mon 30 Nov | a week is 7 open days
Berlin | feast | skip | 3 days | 2026-12-22 10:04 | 2027-01-05 23:59:59 +01:00 | 3 days by rule 4; closed and not counted: Thu 24 Dec to Fri 1 Jan 2027, Sun 3 Jan 2027 to Mon 4 Jan 2027 | the holidays aren't counted
Berlin | feast | skip | 2 days | 2026-04-30 10:04 | 2026-05-05 23:59:59 +02:00 | 2 days by rule 4; closed and not counted: Fri 1 May, Sun 3 May to Mon 4 May | May Day isn't counted, nor Sunday and Monday
Berlin | daily | skip | 21 days | 2026-11-21 10:04 | 2026-12-12 23:59:59 +01:00 | 21 days by rule 4 | nothing to skip
Berlin | shut | skip | 21 days | 2026-11-21 10:04 | 2026-12-12 23:59:59 +01:00 | 21 days by rule 4; no open day is known, so closed days are counted too | every day is closed: all are counted, no loop
Berlin | week | skip | 1 day | 2026-11-22 10:04 | 2026-11-24 23:59:59 +01:00 | 1 day by rule 4; closed and not counted: Mon 23 Nov | lent on a closed day
NewYork | week | skip | 5 days | 2026-11-24 10:04 | 2026-12-01 23:59:59 -05:00 | 5 days by rule 4; closed and not counted: Sun 29 Nov to Mon 30 Nov | the same in another zone
# hourly loans and closing time
Berlin | week | push shorten | 2 hours | 2026-11-24 10:04 | 2026-11-24 12:04:00 +01:00 | 2 hours by rule 4 | within opening hours
Berlin | week | push shorten | 2 hours | 2026-11-24 16:00 | 2026-11-24 18:00:00 +01:00 | 2 hours by rule 4 | just at closing time
Berlin | week | push shorten | 2 hours | 2026-11-24 16:01 | 2026-11-24 18:00:00 +01:00 | 2 hours by rule 4; the library closes at 18:00, shortened to that | a minute past closing: shortened
Berlin | week | push shorten | 2 hours | 2026-11-24 17:50 | 2026-11-24 18:00:00 +01:00 | 2 hours by rule 4; the library closes at 18:00, shortened to that | late in the day: ten minutes are left
Berlin | week | push shorten | 2 hours | 2026-11-26 17:50 | 2026-11-26 19:50:00 +01:00 | 2 hours by rule 4 | Thursday is longer
Berlin | week | push shorten | 2 hours | 2026-11-28 13:00 | 2026-11-28 14:00:00 +01:00 | 2 hours by rule 4; the library closes at 14:00, shortened to that | Saturday is shorter
Berlin | week | push shorten | 2 hours | 2026-11-24 09:30 | 2026-11-24 11:30:00 +01:00 | 2 hours by rule 4 | lent before opening, back while open
Berlin | week | push shorten | 2 hours | 2026-11-24 07:30 | 2026-11-24 10:00:00 +01:00 | 2 hours by rule 4; closed at Tue 24 Nov, 09:30, moved to Tue 24 Nov, 10:00 | lent long before opening: to the opening
Berlin | week | push shorten | 2 hours | 2026-11-24 18:00 | 2026-11-25 10:00:00 +01:00 | 2 hours by rule 4; closed at Tue 24 Nov, 20:00, moved to Wed 25 Nov, 10:00 | lent at closing: to the next opening
Berlin | week | push shorten | 2 hours | 2026-11-28 15:00 | 2026-12-01 10:00:00 +01:00 | 2 hours by rule 4; closed at Sat 28 Nov, 17:00, moved to Tue 1 Dec, 10:00 | lent after Saturday's closing: to Tuesday
Berlin | week | push shorten | 12 hours | 2026-11-24 08:00 | 2026-11-24 18:00:00 +01:00 | 12 hours by rule 4; the library closes at 18:00, shortened to that | before opening, past closing: to that day's closing
Berlin | week | push next-opening | 2 hours | 2026-11-24 10:04 | 2026-11-24 12:04:00 +01:00 | 2 hours by rule 4 | within opening hours
Berlin | week | push next-opening | 2 hours | 2026-11-24 16:00 | 2026-11-24 18:00:00 +01:00 | 2 hours by rule 4 | just at closing time
Berlin | week | push next-opening | 2 hours | 2026-11-24 16:01 | 2026-11-25 10:00:00 +01:00 | 2 hours by rule 4; closed at Tue 24 Nov, 18:01, moved to Wed 25 Nov, 10:00 | a minute past: the next morning
Berlin | week | push next-opening | 2 hours | 2026-11-28 13:00 | 2026-12-01 10:00:00 +01:00 | 2 hours by rule 4; closed at Sat 28 Nov, 15:00, moved to Tue 1 Dec, 10:00 | Saturday: to Tuesday
Berlin | week | push next-opening | 24 hours | 2026-11-24 14:00 | 2026-11-25 14:00:00 +01:00 | 24 hours by rule 4 | back while open the next day
Berlin | week | push next-opening | 24 hours | 2026-11-28 12:00 | 2026-12-01 10:00:00 +01:00 | 24 hours by rule 4; closed at Sun 29 Nov, 12:00, moved to Tue 1 Dec, 10:00 | 24 hours on Saturday: Sunday is closed
Berlin | week | push next-opening | 2 hours | 2026-11-24 18:30 | 2026-11-25 10:00:00 +01:00 | 2 hours by rule 4; closed at Tue 24 Nov, 20:30, moved to Wed 25 Nov, 10:00 | lent after closing
Berlin | feast | push next-opening | 2 hours | 2026-12-23 17:00 | 2027-01-02 10:00:00 +01:00 | 2 hours by rule 4; closed at Wed 23 Dec, 19:00, moved to Sat 2 Jan 2027, 10:00 | before the holidays: to the next year
Berlin | feast | push shorten | 2 hours | 2026-12-23 17:00 | 2026-12-23 18:00:00 +01:00 | 2 hours by rule 4; the library closes at 18:00, shortened to that | before the holidays: shortened
Berlin | feast | push shorten | 2 hours | 2026-04-03 11:00 | 2026-04-03 12:00:00 +02:00 | 2 hours by rule 4; the library closes at 12:00, shortened to that | closed from noon on: shortened to noon
Berlin | feast | push next-opening | 2 hours | 2026-04-03 11:00 | 2026-04-04 10:00:00 +02:00 | 2 hours by rule 4; closed at Fri 3 Apr, 13:00, moved to Sat 4 Apr, 10:00 | closed from noon on: to the next day
Berlin | lunch | push shorten | 2 hours | 2026-11-24 11:00 | 2026-11-24 12:00:00 +01:00 | 2 hours by rule 4; the library closes at 12:00, shortened to that | the midday break is a closing
Berlin | lunch | push next-opening | 2 hours | 2026-11-24 11:00 | 2026-11-24 14:00:00 +01:00 | 2 hours by rule 4; closed at Tue 24 Nov, 13:00, moved to Tue 24 Nov, 14:00 | after the midday break
Berlin | lunch | push next-opening | 4 hours | 2026-11-24 11:00 | 2026-11-24 15:00:00 +01:00 | 4 hours by rule 4 | back while open in the afternoon
Berlin | lunch | push shorten | 1 hour | 2026-11-24 12:30 | 2026-11-24 14:00:00 +01:00 | 1 hour by rule 4; closed at Tue 24 Nov, 13:30, moved to Tue 24 Nov, 14:00 | lent in the break: to its end
Berlin | wrong | push shorten | 2 hours | 2026-11-24 17:50 | 2026-11-24 19:50:00 +01:00 | 2 hours by rule 4 | closing time unknown: the minute is kept
Berlin | wrong | push shorten | 2 hours | 2026-11-28 23:00 | 2026-11-30 09:00:00 +01:00 | 2 hours by rule 4; closed at Sun 29 Nov, 01:00, moved to Mon 30 Nov, 09:00 | Sunday is closed, Monday's hours are known
Berlin | shut | push shorten | 2 hours | 2026-11-24 17:50 | 2026-11-24 19:50:00 +01:00 | 2 hours by rule 4; no open day is known | never open: the minute is kept, no loop
Berlin | closings | push shorten | 2 hours | 2026-12-23 23:00 | 2027-01-02 01:00:00 +01:00 | 2 hours by rule 4; closed at Thu 24 Dec, 01:00, moved to Sat 2 Jan 2027, 01:00 | no hours, closed from tomorrow: same time behind it
Berlin | week | ignore shorten | 2 hours | 2026-11-24 17:00 | 2026-11-24 18:00:00 +01:00 | 2 hours by rule 4; the library closes at 18:00, shortened to that | closing time counts where closed days don't
# a fixed hour
Berlin | none | ignore | 1 day at 10:00 | 2026-11-21 14:00 | 2026-11-22 10:00:00 +01:00 | 1 day by rule 4; due at 10:00 | one day, due in the morning
Berlin | none | ignore | 4 hours at 10:00 | 2026-11-21 17:00 | 2026-11-22 10:00:00 +01:00 | 4 hours by rule 4; due at 10:00 | overnight: the next morning
Berlin | none | ignore | 4 hours at 17:00 | 2026-11-21 09:00 | 2026-11-21 17:00:00 +01:00 | 4 hours by rule 4; due at 17:00 | the fixed hour of the same day
Berlin | none | ignore | 8 hours at 10:00 | 2026-11-21 20:00 | 2026-11-22 10:00:00 +01:00 | 8 hours by rule 4; due at 10:00 | the hours reach the next day
Berlin | week | push | 1 day at 10:00 | 2026-11-21 13:00 | 2026-11-24 10:00:00 +01:00 | 1 day by rule 4; Sun 22 Nov is closed, moved to Tue 24 Nov; due at 10:00 | to the next open day's fixed hour
Berlin | week | push | 4 hours at 10:00 | 2026-11-28 12:00 | 2026-12-01 10:00:00 +01:00 | 4 hours by rule 4; Sun 29 Nov is closed, moved to Tue 1 Dec; due at 10:00 | overnight on Saturday: to Tuesday
Berlin | week | ignore | 4 hours at 10:00 | 2026-11-28 12:00 | 2026-11-29 10:00:00 +01:00 | 4 hours by rule 4; due at 10:00 | closed days ignored
Berlin | week | skip | 1 day at 10:00 | 2026-11-28 12:00 | 2026-12-01 10:00:00 +01:00 | 1 day by rule 4; closed and not counted: Sun 29 Nov to Mon 30 Nov; due at 10:00 | the next open day
Berlin | none | ignore | 4 hours at 17:00 | 2026-11-21 17:00 | 2026-11-22 17:00:00 +01:00 | 4 hours by rule 4; due at 17:00 | at that very hour: tomorrow's
Berlin | none | ignore | 1 day at 10:00 to 2026-11-21 | 2026-11-21 14:00 | 2026-11-21 23:59:59 +01:00 | 1 day by rule 4; the card ends on Sat 21 Nov; 10:00 has passed, so by the end of the day | the card ends today, the hour is past: end of the day
# service days past midnight
Berlin | night | push | 1 day | 2026-11-20 23:30 | 2026-11-21 23:59:59 +01:00 | 1 day by rule 4 | before midnight
Berlin | night | push | 1 day | 2026-11-21 01:00 | 2026-11-21 23:59:59 +01:00 | 1 day by rule 4; counted from Fri 20 Nov, whose service day runs past midnight | at 01:00 it is still Friday: due on Saturday
Berlin | night | push | 1 day | 2026-11-21 01:59 | 2026-11-21 23:59:59 +01:00 | 1 day by rule 4; counted from Fri 20 Nov, whose service day runs past midnight | up to the last minute
Berlin | night | push | 1 day | 2026-11-21 02:00 | 2026-11-23 23:59:59 +01:00 | 1 day by rule 4; Sun 22 Nov is closed, moved to Mon 23 Nov | at closing time the new day counts
Berlin | night | push | 21 days | 2026-11-21 00:30 | 2026-12-11 23:59:59 +01:00 | 21 days by rule 4; counted from Fri 20 Nov, whose service day runs past midnight | long loans too are counted from the service day
Berlin | night | push shorten | 2 hours | 2026-11-20 23:00 | 2026-11-21 01:00:00 +01:00 | 2 hours by rule 4 | two hours end within the service day
Berlin | night | push shorten | 2 hours | 2026-11-21 01:00 | 2026-11-21 02:00:00 +01:00 | 2 hours by rule 4; the library closes at 02:00, shortened to that | past the night's closing: shortened to 02:00
Berlin | night | push next-opening | 2 hours | 2026-11-21 01:00 | 2026-11-21 18:00:00 +01:00 | 2 hours by rule 4; closed at Sat 21 Nov, 03:00, moved to Sat 21 Nov, 18:00 | to the next opening
Berlin | night | push | 1 day | 2026-11-19 01:00 | 2026-11-20 23:59:59 +01:00 | 1 day by rule 4 | Wednesday closes at 18:00: no service day past midnight
Berlin | night | skip | 1 day | 2026-11-21 01:00 | 2026-11-21 23:59:59 +01:00 | 1 day by rule 4; counted from Fri 20 Nov, whose service day runs past midnight | counted from Friday
Berlin | nightfeast | push | 1 day | 2026-11-21 01:00 | 2026-11-23 23:59:59 +01:00 | 1 day by rule 4; counted from Fri 20 Nov, whose service day runs past midnight; Sat 21 Nov is closed (Concert), moved to Mon 23 Nov | the Saturday is closed by name; Friday's night stays
Berlin | night | push | 1 day to 2026-11-20 | 2026-11-21 01:00 | 2026-11-21 23:59:59 +01:00 | 1 day by rule 4; counted from Fri 20 Nov, whose service day runs past midnight; the card ends on Fri 20 Nov | a card that ends on the service day
# the card's end
Berlin | none | ignore | 21 days to 2026-12-01 | 2026-11-21 10:04 | 2026-12-01 23:59:59 +01:00 | 21 days by rule 4; the card ends on Tue 1 Dec | cut to the last day of the card
Berlin | none | ignore | 21 days to 2026-12-12 | 2026-11-21 10:04 | 2026-12-12 23:59:59 +01:00 | 21 days by rule 4 | the card ends on the due day: no change
Berlin | none | ignore | 21 days to 2027-12-12 | 2026-11-21 10:04 | 2026-12-12 23:59:59 +01:00 | 21 days by rule 4 | the card ends later
Berlin | none | ignore | 21 days to 2026-11-21 | 2026-11-21 10:04 | 2026-11-21 23:59:59 +01:00 | 21 days by rule 4; the card ends on Sat 21 Nov | the card ends today
Berlin | none | ignore | 21 days to 2026-11-20 | 2026-11-21 10:04 | 2026-12-12 23:59:59 +01:00 | 21 days by rule 4 | the card has ended: a question, not a date
Berlin | none | ignore | 21 days to soon | 2026-11-21 10:04 | 2026-12-12 23:59:59 +01:00 | 21 days by rule 4 | an end that is no day says nothing
Berlin | week | push | 21 days to 2026-12-06 | 2026-11-21 10:04 | 2026-12-05 23:59:59 +01:00 | 21 days by rule 4; the card ends on Sun 6 Dec; Sun 6 Dec is closed, moved back to Sat 5 Dec | the end is a closed Sunday: back to Saturday
Berlin | week | skip | 21 days to 2026-12-07 | 2026-11-21 10:04 | 2026-12-05 23:59:59 +01:00 | 21 days by rule 4; closed and not counted: Sun 22 Nov to Mon 23 Nov, Sun 29 Nov to Mon 30 Nov, Sun 6 Dec to Mon 7 Dec, Sun 13 Dec to Mon 14 Dec, Sun 20 Dec to Mon 21 Dec; the card ends on Mon 7 Dec; Mon 7 Dec is closed, moved back to Sat 5 Dec | a closed Monday: back to Saturday
Berlin | week | ignore | 21 days to 2026-12-06 | 2026-11-21 10:04 | 2026-12-06 23:59:59 +01:00 | 21 days by rule 4; the card ends on Sun 6 Dec | closed days ignored: the Sunday
Berlin | week | push | 1 day to 2026-11-22 | 2026-11-21 10:04 | 2026-11-21 23:59:59 +01:00 | 1 day by rule 4; Sun 22 Nov is closed, moved to Tue 24 Nov; the card ends on Sun 22 Nov; Sun 22 Nov is closed, moved back to Sat 21 Nov | back to the day of the loan itself
Berlin | week | push | 21 days to 2026-11-23 | 2026-11-22 10:04 | 2026-11-23 23:59:59 +01:00 | 21 days by rule 4; Sun 13 Dec is closed, moved to Tue 15 Dec; the card ends on Mon 23 Nov; Mon 23 Nov is closed, but there is no open day before it | lent and ending on closed days: no open day between
Berlin | feast | push | 21 days to 2026-12-31 | 2026-12-18 10:04 | 2026-12-23 23:59:59 +01:00 | 21 days by rule 4; the card ends on Thu 31 Dec; Thu 31 Dec is closed (Winter holidays), moved back to Wed 23 Dec | back before the holidays
Berlin | week | push shorten | 2 hours to 2026-11-24 | 2026-11-24 10:04 | 2026-11-24 12:04:00 +01:00 | 2 hours by rule 4 | an hourly loan on the card's last day
Berlin | week | push next-opening | 2 hours to 2026-11-24 | 2026-11-24 17:00 | 2026-11-24 23:59:59 +01:00 | 2 hours by rule 4; closed at Tue 24 Nov, 19:00, moved to Wed 25 Nov, 10:00; the card ends on Tue 24 Nov | the next opening is behind the card's end
# hard due dates
Berlin | none | ignore | 21 days hard 2026-12-01 | 2026-11-21 10:04 | 2026-12-01 23:59:59 +01:00 | 21 days by rule 4; all due by Tue 1 Dec | no loan runs beyond the end of term
Berlin | none | ignore | 21 days hard 2026-12-24 | 2026-11-21 10:04 | 2026-12-12 23:59:59 +01:00 | 21 days by rule 4 | a hard date later than the rule's
Berlin | none | ignore | 21 days always 2026-12-24 | 2026-11-21 10:04 | 2026-12-24 23:59:59 +01:00 | 21 days by rule 4; all due by Thu 24 Dec | all are due on the one day
Berlin | none | ignore | 21 days always 2026-12-01 | 2026-11-21 10:04 | 2026-12-01 23:59:59 +01:00 | 21 days by rule 4; all due by Tue 1 Dec | earlier than the rule's, too
Berlin | none | ignore | 21 days hard 2026-11-20 | 2026-11-21 10:04 | 2026-12-12 23:59:59 +01:00 | 21 days by rule 4 | a hard date that has passed counts no longer
Berlin | none | ignore | 21 days always 2026-11-20 | 2026-11-21 10:04 | 2026-12-12 23:59:59 +01:00 | 21 days by rule 4 | nor does one of all loans
Berlin | none | ignore | 21 days hard 2026-11-21 | 2026-11-21 10:04 | 2026-11-21 23:59:59 +01:00 | 21 days by rule 4; all due by Sat 21 Nov | the hard date is today
Berlin | week | push | 21 days hard 2026-12-06 | 2026-11-21 10:04 | 2026-12-05 23:59:59 +01:00 | 21 days by rule 4; all due by Sun 6 Dec; Sun 6 Dec is closed, moved back to Sat 5 Dec | a closed hard date: back to Saturday
Berlin | feast | push | 28 days always 2026-12-26 | 2026-11-21 10:04 | 2026-12-23 23:59:59 +01:00 | 28 days by rule 4; all due by Sat 26 Dec; Sat 26 Dec is closed (Winter holidays), moved back to Wed 23 Dec | a holiday: back before Christmas
Berlin | none | ignore | 21 days hard 2026-12-05 to 2026-12-01 | 2026-11-21 10:04 | 2026-12-01 23:59:59 +01:00 | 21 days by rule 4; all due by Sat 5 Dec; the card ends on Tue 1 Dec | hard date and card's end: the earlier one
Berlin | none | ignore | 21 days hard 2026-12-01 to 2026-12-05 | 2026-11-21 10:04 | 2026-12-01 23:59:59 +01:00 | 21 days by rule 4; all due by Tue 1 Dec | the same the other way round
Berlin | none | ignore | 24 hours hard 2026-11-21 | 2026-11-21 10:04 | 2026-11-21 23:59:59 +01:00 | 24 hours by rule 4; all due by Sat 21 Nov | an hourly loan cut to the hard date's end
# daylight-saving nights
Berlin | none | ignore | 1 day | 2026-03-28 10:00 | 2026-03-29 23:59:59 +02:00 | 1 day by rule 4 | due on the day that has 23 hours
Berlin | none | ignore | 1 day | 2026-03-29 10:00 | 2026-03-30 23:59:59 +02:00 | 1 day by rule 4 | lent on the day that has 23 hours
Berlin | none | ignore | 21 days | 2026-03-20 23:30 | 2026-04-10 23:59:59 +02:00 | 21 days by rule 4 | across the spring change the day stays
Berlin | none | ignore | 2 hours | 2026-03-29 01:30 | 2026-03-29 04:30:00 +02:00 | 2 hours by rule 4 | two hours over the skipped hour: 04:30
Berlin | none | ignore | 1 hour | 2026-03-29 01:30 | 2026-03-29 03:30:00 +02:00 | 1 hour by rule 4 | due in no skipped hour
Berlin | none | ignore | 24 hours | 2026-03-28 12:00 | 2026-03-29 13:00:00 +02:00 | 24 hours by rule 4 | 24 true hours end at 13:00
Berlin | none | ignore | 1 day | 2026-10-24 10:00 | 2026-10-25 23:59:59 +01:00 | 1 day by rule 4 | due on the day that has 25 hours
Berlin | none | ignore | 21 days | 2026-10-10 00:30 | 2026-10-31 23:59:59 +01:00 | 21 days by rule 4 | across the autumn change the day stays
Berlin | none | ignore | 2 hours | 2026-10-25 01:30 | 2026-10-25 02:30:00 +01:00 | 2 hours by rule 4 | two hours into the doubled hour
Berlin | none | ignore | 4 hours | 2026-10-25 01:30 | 2026-10-25 04:30:00 +01:00 | 4 hours by rule 4 | four hours over the doubled hour
Berlin | none | ignore | 1 day at 02:30 | 2026-03-28 10:00 | 2026-03-29 03:30:00 +02:00 | 1 day by rule 4; due at 02:30 | a fixed hour that is skipped is moved on
Berlin | none | ignore | 1 day at 02:30 | 2026-10-24 10:00 | 2026-10-25 02:30:00 +02:00 | 1 day by rule 4; due at 02:30 | a fixed hour that comes twice is the first
NewYork | none | ignore | 1 day | 2026-03-07 10:00 | 2026-03-08 23:59:59 -04:00 | 1 day by rule 4 | due on the short day
NewYork | none | ignore | 2 hours | 2026-03-08 01:30 | 2026-03-08 04:30:00 -04:00 | 2 hours by rule 4 | over the skipped hour
NewYork | none | ignore | 1 day | 2026-10-31 10:00 | 2026-11-01 23:59:59 -05:00 | 1 day by rule 4 | due on the long day
NewYork | none | ignore | 2 hours | 2026-11-01 00:30 | 2026-11-01 01:30:00 -05:00 | 2 hours by rule 4 | into the doubled hour
NewYork | none | ignore | 21 days | 2026-10-20 23:59 | 2026-11-10 23:59:59 -05:00 | 21 days by rule 4 | across the change
NewYork | week | push | 21 days | 2026-10-18 10:00 | 2026-11-10 23:59:59 -05:00 | 21 days by rule 4; Sun 8 Nov is closed, moved to Tue 10 Nov | pushed across the change
LordHowe | none | ignore | 1 day | 2026-10-03 10:00 | 2026-10-04 23:59:59 +11:00 | 1 day by rule 4 | half an hour is skipped
LordHowe | none | ignore | 2 hours | 2026-10-04 01:30 | 2026-10-04 04:00:00 +11:00 | 2 hours by rule 4 | over the skipped half hour
LordHowe | none | ignore | 1 day | 2026-04-04 10:00 | 2026-04-05 23:59:59 +10:30 | 1 day by rule 4 | half an hour comes twice
LordHowe | none | ignore | 1 hour | 2026-04-05 01:15 | 2026-04-05 01:45:00 +10:30 | 1 hour by rule 4 | into the doubled half hour
Beirut | none | ignore | 1 day | 2026-03-28 10:00 | 2026-03-29 23:59:59 +03:00 | 1 day by rule 4 | midnight itself is skipped the next day
Beirut | none | ignore | 1 day | 2026-03-27 10:00 | 2026-03-28 23:59:59 +02:00 | 1 day by rule 4 | due before the skipped midnight
Beirut | none | ignore | 1 day | 2026-10-23 10:00 | 2026-10-24 23:59:59 +02:00 | 1 day by rule 4 | the last hour of the due day comes twice: its end
Beirut | none | ignore | 2 hours | 2026-10-24 22:30 | 2026-10-24 23:30:00 +02:00 | 2 hours by rule 4 | into the doubled last hour
Santiago | none | ignore | 1 day | 2026-09-05 10:00 | 2026-09-06 23:59:59 -03:00 | 1 day by rule 4 | the due day begins at 01:00
Santiago | none | ignore | 1 day | 2026-04-03 10:00 | 2026-04-04 23:59:59 -04:00 | 1 day by rule 4 | its last hour comes twice
Apia | none | ignore | 1 day | 2011-12-28 10:00 | 2011-12-29 23:59:59 -10:00 | 1 day by rule 4 | due the day before the one that never was
Apia | none | ignore | 2 days | 2011-12-29 10:00 | 2011-12-31 23:59:59 +14:00 | 2 days by rule 4 | over the day that never was
`;
