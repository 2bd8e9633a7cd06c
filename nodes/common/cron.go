package common

import (
	"fmt"
	"strings"

	"github.com/robfig/cron/v3"
)

var cronFields = cron.NewParser(cron.SecondOptional | cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)

// parseCron reads five or six fields. Sunday is 0 and 7.
func parseCron(line string) (cron.Schedule, error) {
	fields := strings.Fields(line)
	if n := len(fields); n != 5 && n != 6 {
		return nil, fmt.Errorf("%q has %d fields: expected minute hour day month weekday, perhaps with seconds first", line, n)
	}
	days := strings.Split(fields[len(fields)-1], ",")
	for i, day := range days {
		switch {
		case day == "7":
			days[i] = "0"
		case strings.HasSuffix(day, "-7"):
			days[i] = strings.TrimSuffix(day, "7") + "6,0"
		}
	}
	fields[len(fields)-1] = strings.Join(days, ",")
	return cronFields.Parse(strings.Join(fields, " "))
}
