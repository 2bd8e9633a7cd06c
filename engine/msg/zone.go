package msg

import "time"

// zoneName is how JavaScript names the zone of t in a Date's long form. Go
// knows only short names; where they and the offset do not tell which zone it
// is, there is the offset, as JavaScript has it for zones without a name.
func zoneName(t time.Time) string {
	name, offset := t.Zone()
	if long := zoneNames[zone{name, offset / 60}]; long != "" {
		return long
	}
	return t.Format("GMT-07:00")
}

// zone is what Go knows of one: the short name and minutes east of UTC.
type zone struct {
	short   string
	minutes int
}

var zoneNames = map[zone]string{
	{"ACDT", 630}:  "Australian Central Daylight Time",
	{"ACST", 570}:  "Australian Central Standard Time",
	{"ADT", -180}:  "Atlantic Daylight Time",
	{"AEDT", 660}:  "Australian Eastern Daylight Time",
	{"AEST", 600}:  "Australian Eastern Standard Time",
	{"AKDT", -480}: "Alaska Daylight Time",
	{"AKST", -540}: "Alaska Standard Time",
	{"AST", -240}:  "Atlantic Standard Time",
	{"AWST", 480}:  "Australian Western Standard Time",
	{"BST", 60}:    "British Summer Time",
	{"CAT", 120}:   "Central Africa Time",
	{"CDT", -240}:  "Cuba Daylight Time",
	{"CDT", -300}:  "Central Daylight Time",
	{"CEST", 120}:  "Central European Summer Time",
	{"CET", 60}:    "Central European Standard Time",
	{"CST", -300}:  "Cuba Standard Time",
	{"CST", -360}:  "Central Standard Time",
	{"CST", 480}:   "China Standard Time",
	{"ChST", 600}:  "Chamorro Standard Time",
	{"EAT", 180}:   "East Africa Time",
	{"EDT", -240}:  "Eastern Daylight Time",
	{"EEST", 180}:  "Eastern European Summer Time",
	{"EET", 120}:   "Eastern European Standard Time",
	{"EST", -300}:  "Eastern Standard Time",
	{"GMT", 0}:     "Greenwich Mean Time",
	{"HDT", -540}:  "Hawaii-Aleutian Daylight Time",
	{"HKT", 480}:   "Hong Kong Standard Time",
	{"HST", -600}:  "Hawaii-Aleutian Standard Time",
	{"IDT", 180}:   "Israel Daylight Time",
	{"IST", 60}:    "Irish Standard Time",
	{"IST", 120}:   "Israel Standard Time",
	{"IST", 330}:   "India Standard Time",
	{"JST", 540}:   "Japan Standard Time",
	{"KST", 540}:   "Korean Standard Time",
	{"MDT", -360}:  "Mountain Daylight Time",
	{"MSK", 180}:   "Moscow Standard Time",
	{"MST", -420}:  "Mountain Standard Time",
	{"NDT", -150}:  "Newfoundland Daylight Time",
	{"NST", -210}:  "Newfoundland Standard Time",
	{"NZDT", 780}:  "New Zealand Daylight Time",
	{"NZST", 720}:  "New Zealand Standard Time",
	{"PDT", -420}:  "Pacific Daylight Time",
	{"PKT", 300}:   "Pakistan Standard Time",
	{"PST", -480}:  "Pacific Standard Time",
	{"PST", 480}:   "Philippine Standard Time",
	{"SAST", 120}:  "South Africa Standard Time",
	{"SST", -660}:  "American Samoa Standard Time",
	{"UTC", 0}:     "Coordinated Universal Time",
	{"WAT", 60}:    "West Africa Time",
	{"WEST", 60}:   "Western European Summer Time",
	{"WET", 0}:     "Western European Standard Time",
	{"WIB", 420}:   "Western Indonesia Time",
	{"WIT", 540}:   "Eastern Indonesia Time",
	{"WITA", 480}:  "Central Indonesia Time",
}
