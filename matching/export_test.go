package matching

// RankValue is rankValue for tests of other packages.
func RankValue(p *Policy, score, priority float64) float64 { return p.rankValue(score, priority) }
