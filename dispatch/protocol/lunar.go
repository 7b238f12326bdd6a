package protocol

import "math"

// The Vietnamese lunar calendar: a month begins on the day, at UTC+7, of a new
// moon; the month of the winter solstice is the eleventh; where thirteen months
// lie between two of these, the first without a principal term of the sun is a
// leap month and has the number of the one before. The rules, and that these
// instants give the published calendars, are those of Hồ Ngọc Đức, "Thuật toán
// tính âm lịch" (2004). New moons and the sun's longitude are after Meeus,
// "Astronomical Algorithms" (2nd ed. 1998), chapters 49 and 25, without the
// terms of the planets: a new moon is right to about a minute and a half, from
// 1968, when Hà Nội took UTC+7, on.

// A day is counted from 1 January 1970, which is 0.
const julianOfUnix = 2440587.5

// instant is a moment in days after 1 January 1970 in UTC+7.
func instant(julian float64) float64 { return julian - julianOfUnix + 7.0/24 }

// lunarMonth is the day on which a month begins in the lunar year that begins in
// the given year. month is 1 to 10; of a number that comes twice it is the first.
func lunarMonth(year, month int) int {
	// Months are counted from the one of the solstice before the year.
	first := eleventh(year - 1)
	n := month + 1
	if eleventh(year) == first+13 {
		if hiatus := leapOffset(first); n >= hiatus {
			n++
		}
	}
	return newMoonDay(first + n)
}

// eleventh is the month that holds the winter solstice of a year: at its end the
// sun has passed 270°, at its beginning it had not.
func eleventh(year int) int {
	christmas := float64(year-1970)*365.2425 + 358
	k := int(math.Floor((christmas - instant(firstMoon)) / synodic))
	for term(k+1) < 9 {
		k++
	}
	for term(k) >= 9 {
		k--
	}
	return k
}

// leapOffset is how many months after the eleventh month first the leap month
// of a year of thirteen comes.
func leapOffset(first int) int {
	n := 1
	for n < 13 && term(first+n) != term(first+n+1) {
		n++
	}
	return n
}

// term is the number of the 30° of the sun's longitude, from the equinox of
// spring, in which the sun stands when month k begins, at midnight.
func term(k int) int {
	midnight := float64(newMoonDay(k)) + julianOfUnix - 7.0/24
	return int(sunLongitude(midnight) / 30)
}

const (
	firstMoon = 2451550.09766 // of month 0, 6 January 2000
	synodic   = 29.530588861
)

// newMoonDay is the day on which month k begins.
func newMoonDay(k int) int { return int(math.Floor(instant(newMoon(float64(k))))) }

// newMoon is the instant of new moon k as a Julian date in universal time
// (Meeus, chapter 49).
func newMoon(k float64) float64 {
	t := k / 1236.85
	e := 1 - 0.002516*t - 0.0000074*t*t
	sun := 2.5534 + 29.10535670*k - 0.0000014*t*t
	moon := 201.5643 + 385.81693528*k + 0.0107582*t*t
	lat := 160.7108 + 390.67050284*k - 0.0016118*t*t
	node := 124.7746 - 1.56375588*k + 0.0020672*t*t
	at := firstMoon + synodic*k + 0.00015437*t*t
	for _, term := range moonTerms {
		size := term.size
		for range max(term.sun, -term.sun) {
			size *= e
		}
		at += size * sine(float64(term.sun)*sun+float64(term.moon)*moon+float64(term.lat)*lat)
	}
	return at - 0.00017*sine(node) - deltaT(t)
}

// moonTerms are the periodic terms of a new moon: days times the sine of so many
// times the anomalies of sun and moon and the moon's argument of latitude.
var moonTerms = [...]struct {
	size           float64
	sun, moon, lat int
}{
	{-0.40720, 0, 1, 0}, {0.17241, 1, 0, 0}, {0.01608, 0, 2, 0}, {0.01039, 0, 0, 2}, {0.00739, -1, 1, 0},
	{-0.00514, 1, 1, 0}, {0.00208, 2, 0, 0}, {-0.00111, 0, 1, -2}, {-0.00057, 0, 1, 2}, {0.00056, 1, 2, 0},
	{-0.00042, 0, 3, 0}, {0.00042, 1, 0, 2}, {0.00038, 1, 0, -2}, {-0.00024, -1, 2, 0}, {-0.00007, 2, 1, 0},
	{0.00004, 0, 2, -2}, {0.00004, 3, 0, 0}, {0.00003, 1, 1, -2}, {0.00003, 0, 2, 2}, {-0.00003, 1, 1, 2},
	{0.00003, -1, 1, 2}, {-0.00002, -1, 1, -2}, {-0.00002, 1, 3, 0}, {0.00002, 0, 4, 0},
}

// deltaT is terrestrial less universal time in days, t centuries after 2000: a
// parabola near the published values, right to half a minute from 1968 to 2050.
func deltaT(t float64) float64 { return (63.86 + 33.45*t + 60.37*t*t) / 86400 }

// sunLongitude is the apparent longitude of the sun in degrees, [0, 360), at a
// Julian date (Meeus, chapter 25, low accuracy: 0.01°).
func sunLongitude(julian float64) float64 {
	t := (julian - 2451545) / 36525
	m := 357.52911 + 35999.05029*t - 0.0001537*t*t
	longitude := 280.46646 + 36000.76983*t + 0.0003032*t*t +
		(1.914602-0.004817*t)*sine(m) + (0.019993-0.000101*t)*sine(2*m) + 0.000289*sine(3*m) -
		0.00569 - 0.00478*sine(125.04-1934.136*t)
	longitude = math.Mod(longitude, 360)
	if longitude < 0 {
		longitude += 360
	}
	return longitude
}

func sine(degrees float64) float64 { return math.Sin(degrees * math.Pi / 180) }
