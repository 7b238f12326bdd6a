package androidsim

// Arrival is a text that arrived at a handset.
type Arrival struct {
	To, Body string
}

// Subscribe tells of every text that arrives at a handset from now on, in order, until
// cancel is called or the simulator is closed. Nothing is lost, and the simulator
// waits for nobody.
func (s *Sim) Subscribe() (arrivals <-chan Arrival, cancel func()) {
	out, stop := make(chan Arrival), make(chan struct{})
	s.mu.Lock()
	f := &feed{wake: make(chan struct{}, 1)}
	if s.feeds == nil {
		s.feeds = map[*feed]bool{}
	}
	s.feeds[f] = true
	s.mu.Unlock()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer close(out)
		for {
			s.mu.Lock()
			waiting := f.waiting
			f.waiting = nil
			s.mu.Unlock()
			for _, a := range waiting {
				select {
				case out <- a:
				case <-stop:
					return
				case <-s.ctx.Done():
					return
				}
			}
			select {
			case <-f.wake:
			case <-stop:
				return
			case <-s.ctx.Done():
				return
			}
		}
	}()
	return out, func() {
		s.mu.Lock()
		first := s.feeds[f]
		delete(s.feeds, f)
		s.mu.Unlock()
		if first {
			close(stop)
		}
		<-ended
	}
}

// feed is what one subscriber has not seen yet.
type feed struct {
	waiting []Arrival
	wake    chan struct{} // holds one token while something may wait
}

// announce tells the subscribers. The caller holds s.mu.
func (s *Sim) announce(a Arrival) {
	for f := range s.feeds {
		f.waiting = append(f.waiting, a)
		select {
		case f.wake <- struct{}{}:
		default:
		}
	}
}
